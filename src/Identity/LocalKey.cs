using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Identity;

/// <summary>
/// A key in a file of the data folder that only the engine's account can read: by it commands on this machine are known, until the engine
/// starts again.
/// </summary>
public sealed class LocalKey
{
    internal const string Prefix = "cpl_";

    private readonly byte[] _hash;

    private LocalKey(byte[] hash) => _hash = hash;

    /// <summary>Where it is.</summary>
    /// <param name="data">The data folder.</param>
    public static string FileIn(string data) => Path.Combine(data, "local.key");

    /// <summary>Makes a new one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static LocalKey Write(string data)
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var file = FileIn(data);
        Directory.CreateDirectory(data);
        // A file that is there may be readable for others, and open.
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(file, options)) stream.Write(Encoding.ASCII.GetBytes(key));
        return new LocalKey(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
    }

    internal bool Is(string key) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _hash);
}
