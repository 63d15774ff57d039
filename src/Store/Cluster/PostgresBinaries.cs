using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>Where the programs of PostgreSQL are.</summary>
internal sealed class PostgresBinaries
{
    private readonly string _folder;

    private PostgresBinaries(string folder) => _folder = folder;

    public string InitDb => Path.Combine(_folder, "initdb");

    public string Postgres => Path.Combine(_folder, "postgres");

    public string PgCtl => Path.Combine(_folder, "pg_ctl");

    public string PgDump => Path.Combine(_folder, "pg_dump");

    public string PgRestore => Path.Combine(_folder, "pg_restore");

    /// <summary>Finds them; with <paramref name="majorVersion"/> (that of an existing cluster) only those of that version.</summary>
    public static PostgresBinaries Find(string? configured, string? majorVersion)
    {
        if (configured is not null)
        {
            return IsComplete(configured)
                ? new PostgresBinaries(configured)
                : throw new StoreUnavailableException(
                    $"There is no PostgreSQL in {configured}.",
                    "Set Database:BinDirectory to the folder that holds initdb, postgres and pg_ctl.");
        }

        var found = Candidates().Where(IsComplete).ToList();
        var folder = majorVersion is null
            ? found.FirstOrDefault()
            : found.Find(candidate => VersionOf(candidate) == majorVersion) ?? found.FirstOrDefault();
        return folder is not null
            ? new PostgresBinaries(folder)
            : throw new StoreUnavailableException(
                "PostgreSQL is not installed.",
                "Install it (Debian: apt-get install postgresql), or set Database:BinDirectory, or set Database:ConnectionString to a "
                    + "server that runs elsewhere.");
    }

    private static IEnumerable<string> Candidates()
    {
        // Version folders come before PATH: distributions put wrappers of the newest version there, of which only some programs exist.
        foreach (var root in (string[])["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"])
        {
            if (!Directory.Exists(root)) continue;
            var versions = Directory.EnumerateDirectories(root).Select(static path => Path.Combine(path, "bin"));
            foreach (var bin in versions.OrderByDescending(static bin => Number(VersionOf(bin)))) yield return bin;
        }

        var paths = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var path in paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) yield return path;
    }

    private static bool IsComplete(string folder) =>
        File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"))
            && File.Exists(Path.Combine(folder, "pg_ctl"));

    /// <summary>Major version by the name of the folder above "bin": "15", "postgresql@15".</summary>
    private static string? VersionOf(string binFolder) => Path.GetFileName(Path.GetDirectoryName(binFolder))?.Split('@', '-')[^1];

    private static int Number(string? version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
