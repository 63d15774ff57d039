using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>
/// The folder of the unix socket: in the data folder, or, as socket paths are limited to 107 bytes, a private one in the temporary folder.
/// </summary>
internal static class SocketFolder
{
    public const string Port = "5432";

    /// <summary>The file beside the socket that names the process of its server.</summary>
    public const string LockFile = $".s.PGSQL.{Port}.lock";

    private const int MaxPathBytes = 107;

    public static string For(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "socket");
        if (System.Text.Encoding.UTF8.GetByteCount(folder) + LockFile.Length + 1 <= MaxPathBytes) return folder;
        return Path.Combine("/tmp", "cloudpacs-" + StableHash.Of(dataDirectory).ToString("x16", CultureInfo.InvariantCulture));
    }
}
