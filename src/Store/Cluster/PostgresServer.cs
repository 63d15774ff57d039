using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Cluster;

/// <summary>
/// One running server process: started as our child, in a session of its own so that Ctrl-C at the terminal reaches the engine only.
/// </summary>
internal sealed class PostgresServer
{
    private static readonly TimeSpan LeftoverLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly Func<string> _output;
    private readonly PostgresBinaries _binaries;
    private readonly PostgresAccount _account;
    private readonly string _folder;
    private readonly ILogger _logger;

    private PostgresServer(
        Process process, Func<string> output, PostgresBinaries binaries, PostgresAccount account, string folder, ILogger logger)
    {
        _process = process;
        _output = output;
        _binaries = binaries;
        _account = account;
        _folder = folder;
        _logger = logger;
    }

    public int ProcessId => _process.Id;

    public static async Task<PostgresServer> StartAsync(
        PostgresBinaries binaries, PostgresAccount account, string folder, string socketFolder, IEnumerable<string> arguments,
        ILogger logger, CancellationToken cancellationToken)
    {
        await ClearLeftoverAsync(binaries, account, folder, logger, cancellationToken).ConfigureAwait(false);
        // The same process id stands beside the socket, which nobody serves any more.
        if (OperatingSystem.IsLinux()) File.Delete(Path.Combine(socketFolder, SocketFolder.LockFile));
        // Both setsid and setpriv replace themselves by the next program, so the child is the server itself.
        string[] session = OperatingSystem.IsLinux() ? ["setsid"] : [];
        var process = new Process
        {
            StartInfo = Tool.StartInfo([.. session, .. account.Command([binaries.Postgres, "-D", folder, .. arguments])]),
        };
        var output = Tool.Capture(process);
        Tool.Start(process);
        return new PostgresServer(process, output, binaries, account, folder, logger);
    }

    public async Task<int> WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Waits until the server takes connections; as long as it is recovering, up to the limit.</summary>
    public async Task WaitUntilReadyAsync(string connectionString, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false;Timeout=5");
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException e)
            {
                if (_process.HasExited)
                {
                    // With its last words.
                    await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                    throw Failed("PostgreSQL does not start", e);
                }

                if (clock.GetElapsedTime(started) > limit) throw Failed($"PostgreSQL does not answer within {limit}", e);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fast stop: open transactions are rolled back, everything is on disk; when that takes too long, an immediate stop.</summary>
    public async Task StopAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await StopAsync(_process, _binaries, _account, _folder, limit, _logger, cancellationToken).ConfigureAwait(false);
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        _process.Dispose();
    }

    /// <summary>
    /// Deals with a postmaster.pid: a server that outlived its engine is stopped (its connections belong to nobody), and the file of a
    /// process id that is something else today is removed, which PostgreSQL itself would not dare.
    /// </summary>
    private static async Task ClearLeftoverAsync(
        PostgresBinaries binaries, PostgresAccount account, string folder, ILogger logger, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "postmaster.pid");
        if (!File.Exists(file)) return;
        var first = (await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)) return;
        if (!OperatingSystem.IsLinux()) return;

        if (ServesFolder(processId, folder))
        {
            Log.StoppingLeftover(logger, processId);
            try
            {
                using var leftover = Process.GetProcessById(processId);
                await StopAsync(leftover, binaries, account, folder, LeftoverLimit, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException)
            {
                // It ended in the meantime.
            }
        }
        else if (Directory.Exists($"/proc/{first}"))
        {
            File.Delete(file);
        }
    }

    private static bool IsServed(string folder) =>
        OperatingSystem.IsLinux()
            && Directory.EnumerateDirectories("/proc")
                .Any(path => int.TryParse(Path.GetFileName(path), out var id) && ServesFolder(id, folder));

    private static bool ServesFolder(int processId, string folder)
    {
        try
        {
            return new DirectoryInfo($"/proc/{processId}/cwd").LinkTarget == folder
                && File.ReadAllText($"/proc/{processId}/comm").Trim() is "postgres" or "postmaster";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Gone, or of another account: not the server of this folder.
        }
    }

    private static async Task StopAsync(
        Process server, PostgresBinaries binaries, PostgresAccount account, string folder, TimeSpan limit, ILogger logger,
        CancellationToken cancellationToken)
    {
        if (server.HasExited || await EndsAsync("fast", Math.Max(1, (int)limit.TotalSeconds)).ConfigureAwait(false)) return;
        Log.ImmediateStop(logger);
        if (await EndsAsync("immediate", 1).ConfigureAwait(false)) return;
        // A server that is halted obeys neither. Its children hold the folder too, so they go with it; what is committed is recovered.
        server.Kill(entireProcessTree: true);
        for (var turn = 0; turn < 250 && IsServed(folder); turn++) await Task.Delay(20, cancellationToken).ConfigureAwait(false);

        async Task<bool> EndsAsync(string mode, int seconds)
        {
            var text = seconds.ToString(CultureInfo.InvariantCulture);
            var result = await Tool.RunAsync(
                account.Command(
                    binaries.PgCtl, "stop", "-D", folder, "-m", mode, "-w", "-t", text), cancellationToken).ConfigureAwait(false);
            return result.Succeeded || server.HasExited;
        }
    }

    private StoreUnavailableException Failed(string what, Exception inner)
    {
        var said = $"{_output()}\n{EndOfLog()}".Trim();
        var fix = said.Contains("No space left", StringComparison.Ordinal) ? "Free space on the disk of the data folder."
            : said.Contains("incompatible with server", StringComparison.Ordinal) ? "Install the PostgreSQL version that made the "
                + "database, or back it up there and restore it here."
            : $"Read the messages above and in {Path.Combine(_folder, "log")}.";
        return new StoreUnavailableException($"{what}: {said}", fix, inner);
    }

    private string EndOfLog()
    {
        var folder = new DirectoryInfo(Path.Combine(_folder, "log"));
        if (!folder.Exists) return "";
        var newest = folder.EnumerateFiles().MaxBy(static file => file.LastWriteTimeUtc);
        return newest is null ? "" : string.Join('\n', File.ReadLines(newest.FullName).TakeLast(10));
    }
}
