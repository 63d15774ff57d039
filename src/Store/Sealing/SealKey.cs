using System.Security.Cryptography;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// The key of an installation, by which its audit trail is signed: ECDSA over P-256, in a file that only its owner may read.
/// </summary>
public sealed class SealKey : IDisposable
{
    private readonly ECDsa _key;

    private SealKey(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Id = SHA256.HashData(PublicKey);
    }

    /// <summary>Hash of the public key, by which it is known.</summary>
    public byte[] Id { get; }

    /// <summary>As SubjectPublicKeyInfo (RFC 5280).</summary>
    public byte[] PublicKey { get; }

    /// <summary>Reads the key, and makes one where the file does not exist.</summary>
    /// <exception cref="InvalidDataException">The file is no such key, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static SealKey Open(string path)
    {
        if (!File.Exists(path)) Create(path);
        return Read(path);
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="InvalidDataException">The file is no such key, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SealKey Read(string path)
    {
        const UnixFileMode others =
            UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
            throw new InvalidDataException($"Others than its owner may use the key {path}: set its mode to 600.");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize == 256 && key.ExportParameters(includePrivateParameters: true).D is not null) return new SealKey(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{path} is no private key over P-256 in PEM: {e.Message}", e);
        }

        key.Dispose();
        throw new InvalidDataException($"{path} is no private key over P-256.");
    }

    /// <summary>Signs a hash.</summary>
    public byte[] Sign(byte[] hash) => _key.SignHash(hash);

    /// <summary>A public key, by which signatures are checked.</summary>
    /// <returns>Null when it is none, or not the one of that id.</returns>
    public static ECDsa? Public(byte[] id, byte[] publicKey)
    {
        if (!SHA256.HashData(publicKey).AsSpan().SequenceEqual(id)) return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    public void Dispose() => _key.Dispose();

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var unfinished = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            using var writer = new StreamWriter(file);
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another engine has made one at the same moment.
            File.Delete(unfinished);
        }
    }
}
