using System.Security.Cryptography;
using CloudPacs.Archive.Disk;

namespace CloudPacs.Archive;

/// <summary>
/// The keys under which the data keys of packs are kept: a text file that only its owner may read, one line a key, <c>NAME BASE64</c> (32
/// bytes). The first key is the one in use; those after it still open what they wrapped. Lines that begin with # are comments.
/// </summary>
public sealed class KeyRing
{
    private const int KeyBytes = 32;
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    private KeyRing(IEnumerable<(string Name, byte[] Key)> keys)
    {
        foreach (var (name, key) in keys)
        {
            Current ??= name;
            if (!_keys.TryAdd(name, key)) throw new InvalidDataException($"The key ring has two keys of the name '{name}'.");
        }

        if (Current is null) throw new InvalidDataException("The key ring has no key.");
    }

    /// <summary>Name of the key that wraps new data keys.</summary>
    public string Current { get; }

    /// <exception cref="InvalidDataException">The file is not a key ring, or others may read it.</exception>
    public static KeyRing Read(string path)
    {
        const UnixFileMode others =
            UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
            throw new InvalidDataException($"Others than its owner may use the key ring {path}: set its mode to 600.");
        return new KeyRing(Parse(File.ReadAllLines(path)));
    }

    /// <summary>Puts a new random key in front, which is in use from the next start on; makes the file if there is none.</summary>
    /// <param name="name">Letters, digits and punctuation without a space, at most 64.</param>
    public static void AddKey(string path, string name)
    {
        if (name.Length is 0 or > 64 || name.StartsWith('#') || name.Any(static c => c is <= ' ' or > '~'))
            throw new ArgumentException($"'{name}' is no name for a key.", nameof(name));
        var line = $"{name} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))}";
        string[] lines = [line, .. File.Exists(path) ? File.ReadAllLines(path) : []];
        _ = new KeyRing(Parse(lines));
        var unfinished = path + FileNames.Unfinished;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, options))
        {
            using var writer = new StreamWriter(file);
            foreach (var one in lines) writer.WriteLine(one);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        DiskFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    internal ReadOnlySpan<byte> Find(string name) => _keys.TryGetValue(name, out var key)
        ? key
        : throw new ArchiveException(ArchiveFault.Failed, $"The key ring has no key '{name}', which a pack needs.");

    private static IEnumerable<(string, byte[])> Parse(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts is [] || parts[0].StartsWith('#')) continue;
            var key = new byte[KeyBytes];
            if (parts is not [var name, var text] || !Convert.TryFromBase64String(text, key, out var length) || length != KeyBytes)
                throw new InvalidDataException($"Line {i + 1} of the key ring is not a name and a key of 32 bytes in base64.");
            yield return (name, key);
        }
    }
}
