using System.Security.Cryptography;
using System.Text;
using CloudPacs.Archive.Disk;

namespace CloudPacs.Archive.Encryption;

/// <summary>
/// The data key of each encrypted pack: random, and kept beside the pack in a file of its own, wrapped by a key of the ring (AES-256-GCM
/// with the pack's id and the key's name as associated data). So packs never change when keys do. The file:
/// <c>0 "CPKEY" 0 0 1 | 8 nonce, 12 bytes | 20 wrapped key, 32 | 52 tag, 16 | 68 name of the ring's key, UTF-8</c>.
/// </summary>
internal sealed class DataKeys(KeyRing ring)
{
    public const int KeyBytes = 32;
    private const int NonceAt = 8;
    private const int WrappedAt = 20;
    private const int TagAt = WrappedAt + KeyBytes;
    private const int NameAt = TagAt + 16;

    private static ReadOnlySpan<byte> Magic => "CPKEY\0\0\u0001"u8;

    public static byte[] Make() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>The content of a key file.</summary>
    public byte[] Wrap(Guid pack, ReadOnlySpan<byte> dataKey)
    {
        byte[] file = [.. Magic, .. new byte[NameAt - Magic.Length], .. Encoding.UTF8.GetBytes(ring.Current)];
        var span = file.AsSpan();
        RandomNumberGenerator.Fill(span[NonceAt..WrappedAt]);
        using var aes = new AesGcm(ring.Find(ring.Current), NameAt - TagAt);
        aes.Encrypt(span[NonceAt..WrappedAt], dataKey, span[WrappedAt..TagAt], span[TagAt..NameAt], Meant(pack, ring.Current));
        return file;
    }

    /// <exception cref="ArchiveException">The ring lacks the key, or the file was changed.</exception>
    public byte[] Unwrap(Guid pack, ReadOnlySpan<byte> file)
    {
        var name = NameIn(pack, file);
        var key = new byte[KeyBytes];
        using var aes = new AesGcm(ring.Find(name), NameAt - TagAt);
        try
        {
            aes.Decrypt(file[NonceAt..WrappedAt], file[WrappedAt..TagAt], file[TagAt..NameAt], key, Meant(pack, name));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new ArchiveException(ArchiveFault.Changed, $"The key of pack {pack:N} was changed, or the ring's key '{name}'.", e);
        }

        return key;
    }

    /// <summary>The content of the key file under the ring's current key; null when it is so already.</summary>
    public byte[]? Rewrap(Guid pack, ReadOnlySpan<byte> file)
    {
        if (NameIn(pack, file) == ring.Current) return null;
        var key = Unwrap(pack, file);
        var wrapped = Wrap(pack, key);
        CryptographicOperations.ZeroMemory(key);
        return wrapped;
    }

    private static string NameIn(Guid pack, ReadOnlySpan<byte> file) => file.Length > NameAt && file.StartsWith(Magic)
        ? Encoding.UTF8.GetString(file[NameAt..])
        : throw new ArchiveException(ArchiveFault.Changed, $"The key file of pack {pack:N} ({FileNames.Key}) is broken.");

    private static byte[] Meant(Guid pack, string name) => [.. pack.ToByteArray(), .. Encoding.UTF8.GetBytes(name)];
}
