using Npgsql;

namespace CloudPacs.Store.Cluster;

/// <summary>Backup to and restore from one file (custom format of pg_dump), while the engine runs or not.</summary>
public sealed class Backup(string connectionString, string? binaryDirectory)
{
    private const string NameBackup = "Name a file that db backup has made.";

    /// <summary>Writes a consistent copy of the database to <paramref name="file"/>, which must not exist.</summary>
    public async Task SaveAsync(string file, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file); // the tools run in a folder of their own
        if (File.Exists(file)) throw new StoreUnavailableException($"The file {file} exists.", "Name another file.");
        // Written beside and renamed at the end: a file of that name is a whole backup.
        var unfinished = file + ".part";
        await RunAsync("backup", Binaries().PgDump, ["--format=custom", "--file", unfinished], cancellationToken).ConfigureAwait(false);
        File.Move(unfinished, file);
    }

    /// <summary>
    /// Replaces the content of the database by that of <paramref name="file"/>, all or nothing. No engine may use the database meanwhile.
    /// </summary>
    public async Task RestoreAsync(string file, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file);
        if (!File.Exists(file)) throw new StoreUnavailableException($"There is no file {file}.", NameBackup);
        var list = Path.GetTempFileName();
        try
        {
            var listing = await Tool.RunAsync([Binaries().PgRestore, "--list", "--file", list, file], cancellationToken)
                .ConfigureAwait(false);
            var entries = await File.ReadAllLinesAsync(list, cancellationToken).ConfigureAwait(false);
            // Any archive of PostgreSQL could be restored, and would leave no database of an engine.
            if (!listing.Succeeded
                || !Array.Exists(entries, static entry => entry.Contains(" TABLE DATA public installation ", StringComparison.Ordinal)))
                throw new StoreUnavailableException($"The file {file} is not a backup of CloudPacs.", NameBackup);
            await RefuseWhileUsedAsync(cancellationToken).ConfigureAwait(false);
            await File.WriteAllLinesAsync(list, Droppable(entries), cancellationToken).ConfigureAwait(false);
            await RunAsync(
                "restore", Binaries().PgRestore,
                ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", "--use-list", list, file],
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(list);
        }
    }

    /// <summary>
    /// pg_restore drops in the reverse order of the list, and an index of a partition cannot be dropped before that of the whole table: the
    /// partitions' come before all others.
    /// </summary>
    private static IEnumerable<string> Droppable(string[] entries)
    {
        var attached = entries.Where(static entry => IsOf(entry, "INDEX ATTACH")).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var first = Array.FindIndex(entries, IsIndex);
        var (before, after) = (
            entries.Take(first), entries.Skip(first).ToLookup(entry => IsIndex(entry) && attached.Contains(NameOf(entry))));
        return [.. before, .. after[true], .. after[false]];

        // 3296; 2606 16403 CONSTRAINT public message_journal message_journal_pkey owner
        static bool IsIndex(string entry) => IsOf(entry, "CONSTRAINT") || IsOf(entry, "INDEX");
        static bool IsOf(string entry, string kind) => entry.Contains($" {kind} public ", StringComparison.Ordinal);
        static string NameOf(string entry) => entry.Split(' ')[^2];
    }

    /// <summary>An engine would go on with a worklist of data that is gone; on a server of one's own nothing else keeps it out.</summary>
    private async Task RefuseWhileUsedAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StoreConnection.ApplicationName });
        if ((long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! > 0)
            throw new StoreUnavailableException("An engine uses the database.", "Stop all engines of this database and restore again.");
    }

    private PostgresBinaries Binaries() => PostgresBinaries.Find(binaryDirectory, majorVersion: null);

    private async Task RunAsync(string what, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        // libpq takes the password from the environment; on the command line every user of the machine could read it.
        var environment = new Dictionary<string, string?> { ["PGPASSWORD"] = target.Password };
        string[] command =
        [
            program, "--host", target.Host!, "--port", $"{target.Port}", "--username", target.Username ?? Environment.UserName, "--dbname",
            target.Database ?? target.Username ?? Environment.UserName, "--no-password", .. arguments
        ];
        var result = await Tool.RunAsync(command, cancellationToken, environment).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new StoreUnavailableException(
                $"The {what} failed: {result.Output.TrimEnd('.')}.", "Read the message; nothing was changed.");
    }
}
