using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>The folder of the unix socket: in the data folder, or, as socket paths are limited to 107 bytes, a private one in the temporary folder.</summary>
internal static class SocketFolder
{
    public const string Port = "5432";
    private const int MaxPathBytes = 107;

    public static string For(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "socket");
        if (System.Text.Encoding.UTF8.GetByteCount(folder) + "/.s.PGSQL.5432.lock".Length <= MaxPathBytes) return folder;
        return Path.Combine("/tmp", "cloudpacs-" + StableHash.Of(dataDirectory).ToString("x16", CultureInfo.InvariantCulture));
    }
}
