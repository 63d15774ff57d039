using Npgsql;

namespace CloudPacs.Store.Cluster;

/// <summary>Backup to and restore from one file (custom format of pg_dump), while the engine runs or not.</summary>
public sealed class Backup(string connectionString, string? binaryDirectory)
{
    /// <summary>Writes a consistent copy of the database to <paramref name="file"/>, which must not exist.</summary>
    public async Task SaveAsync(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file)) throw new StoreUnavailableException($"The file {file} exists.", "Name another file.");
        // Written beside and renamed at the end: a file of that name is a whole backup.
        var unfinished = file + ".part";
        await RunAsync("backup", Binaries().PgDump, ["--format=custom", "--file", unfinished], cancellationToken).ConfigureAwait(false);
        File.Move(unfinished, file);
    }

    /// <summary>Replaces the content of the database by that of <paramref name="file"/>, all or nothing. No engine may use the database meanwhile.</summary>
    public Task RestoreAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new StoreUnavailableException($"There is no file {file}.", "Name a file that db backup has made.");
        return RunAsync("restore", Binaries().PgRestore, ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", file], cancellationToken);
    }

    private PostgresBinaries Binaries() => PostgresBinaries.Find(binaryDirectory, majorVersion: null);

    private async Task RunAsync(string what, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        // libpq takes the password from the environment; on the command line every user of the machine could read it.
        var environment = new Dictionary<string, string?> { ["PGPASSWORD"] = target.Password };
        string[] command = [program, "--host", target.Host!, "--port", $"{target.Port}", "--username", target.Username ?? Environment.UserName, "--dbname", target.Database ?? target.Username ?? Environment.UserName, "--no-password", .. arguments];
        var result = await Tool.RunAsync(command, cancellationToken, environment).ConfigureAwait(false);
        if (!result.Succeeded) throw new StoreUnavailableException($"The {what} failed: {result.Output.TrimEnd('.')}.", "Read the message; nothing was changed.");
    }
}
