using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Cluster;

/// <summary>
/// A private PostgreSQL in the data folder: made at the first start, reachable through a unix socket only, fully durable, started and
/// stopped with the engine, started again when it dies.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private const string Superuser = "cloudpacs";
    private static readonly TimeSpan MaxRestartDelay = TimeSpan.FromSeconds(5);
    private readonly ClusterSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly FolderLock _lock;
    private readonly string _folder;
    private readonly string _socketFolder;
    private readonly CancellationTokenSource _stopping = new();
    private PostgresAccount _account;
    private PostgresBinaries _binaries = null!;
    private PostgresServer _server = null!;
    private Task _supervision = Task.CompletedTask;
    private volatile bool _isUp;

    private EmbeddedCluster(ClusterSettings settings, PostgresAccount account, FolderLock folderLock, TimeProvider clock, ILogger logger)
    {
        _settings = settings;
        _account = account;
        _lock = folderLock;
        _clock = clock;
        _logger = logger;
        _folder = FolderOf(settings);
        _socketFolder = SocketFolder.For(Path.GetFullPath(settings.DataDirectory));
    }

    /// <summary>
    /// Raised when PostgreSQL has died (false) and when it answers again (true); handlers must be quick and must not throw.
    /// </summary>
    public event Action<bool>? StateChanged;

    public bool IsUp => _isUp;

    /// <summary>Process id of the running PostgreSQL server.</summary>
    public int ProcessId => _server.ProcessId;

    /// <summary>How Npgsql reaches the engine's database.</summary>
    public string ConnectionString => ConnectionStringOf(_settings.Database);

    /// <summary>The same for another database of the cluster.</summary>
    public string ConnectionStringOf(string database) => ConnectionStringOf(_socketFolder, database);

    /// <summary>Whether a data folder holds a cluster.</summary>
    public static bool IsIn(string dataDirectory) =>
        File.Exists(Path.Combine(FolderOf(new ClusterSettings { DataDirectory = dataDirectory }), "PG_VERSION"));

    /// <summary>The process that uses a data folder; null when none does.</summary>
    public static string? HolderOf(string dataDirectory) => FolderLock.HolderOf(Path.GetFullPath(dataDirectory));

    /// <summary>How the cluster of a data folder is reached while an engine runs it.</summary>
    public static string ConnectionStringFor(ClusterSettings settings) =>
        ConnectionStringOf(SocketFolder.For(Path.GetFullPath(settings.DataDirectory)), settings.Database);

    private static string ConnectionStringOf(string socketFolder, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = socketFolder,
            Port = int.Parse(SocketFolder.Port, CultureInfo.InvariantCulture),
            Username = Superuser,
            Database = database,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    /// <summary>
    /// Starts the cluster, making it when the data folder has none, and waits until it answers (recovery after a crash included).
    /// </summary>
    /// <exception cref="StoreUnavailableException">It cannot be started; says why and what to do.</exception>
    public static async Task<EmbeddedCluster> StartAsync(
        ClusterSettings settings, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var folderLock = FolderLock.Take(Path.GetFullPath(settings.DataDirectory));
        EmbeddedCluster? cluster = null;
        try
        {
            var account = await PostgresAccount.FindAsync(settings.RunAs, FolderOf(settings), cancellationToken).ConfigureAwait(false);
            cluster = new EmbeddedCluster(settings, account, folderLock, clock, logger);
            await cluster.PrepareAsync(cancellationToken).ConfigureAwait(false);
            cluster._server = await cluster.StartServerAsync(cancellationToken).ConfigureAwait(false);
            await cluster.CreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
            cluster._isUp = true;
            cluster._supervision = Task.Run(cluster.SuperviseAsync, CancellationToken.None);
            return cluster;
        }
        catch
        {
            if (cluster?._server is { } server) await server.StopAsync(settings.StopTimeout, CancellationToken.None).ConfigureAwait(false);
            folderLock.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync(_settings.StopTimeout));

    /// <summary>Stops the server.</summary>
    /// <param name="limit">How long a clean stop may take: after it PostgreSQL is stopped at once, and recovers at the next start.</param>
    public async Task StopAsync(TimeSpan limit)
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _supervision.ConfigureAwait(false);
        _isUp = false;
        await _server.StopAsync(limit, CancellationToken.None).ConfigureAwait(false);
        _lock.Dispose();
        _stopping.Dispose();
    }

    private static string FolderOf(ClusterSettings settings) => Path.Combine(Path.GetFullPath(settings.DataDirectory), "postgres");

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var versionFile = Path.Combine(_folder, "PG_VERSION");
        var isNew = !File.Exists(versionFile);
        var version = isNew ? null : (await File.ReadAllTextAsync(versionFile, cancellationToken).ConfigureAwait(false)).Trim();
        _binaries = PostgresBinaries.Find(_settings.BinaryDirectory, version);
        ClusterMaker.RemoveUnfinished(_folder, _logger);
        if (isNew) await ClusterMaker.MakeAsync(_binaries, _account, _folder, Superuser, _logger, cancellationToken).ConfigureAwait(false);
        await _account.OwnFolderAsync(_socketFolder, cancellationToken).ConfigureAwait(false);
        _account = await _account.OwnFolderAsync(_folder, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PostgresServer> StartServerAsync(CancellationToken cancellationToken)
    {
        var server = await PostgresServer.StartAsync(
            _binaries, _account, _folder, _socketFolder, PostgresOptions.Arguments(
                _settings, _socketFolder), _logger, cancellationToken).ConfigureAwait(false);
        try
        {
            await server.WaitUntilReadyAsync(ConnectionStringOf("postgres"), _settings.StartTimeout, _clock, cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            await server.StopAsync(_settings.StopTimeout, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        Log.ServerUp(_logger, _socketFolder);
        return server;
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringOf("postgres") + ";Pooling=false");
        await using var exists = source.CreateCommand("SELECT count(*) FROM pg_database WHERE datname = $1");
        exists.Parameters.Add(new() { Value = _settings.Database });
        if ((long)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! > 0) return;
        await using var create = source.CreateCommand(
            $"CREATE DATABASE \"{_settings.Database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the server's end and starts it again, for ever, with growing pauses.</summary>
    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                var exitCode = await _server.WaitForEndAsync(_stopping.Token).ConfigureAwait(false);
                _isUp = false;
                Log.ServerDied(_logger, exitCode);
                StateChanged?.Invoke(false);
                await RestartAsync(_stopping.Token).ConfigureAwait(false);
                _isUp = true;
                StateChanged?.Invoke(true);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The engine stops: this is how supervision ends.
        }
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        for (var delay = TimeSpan.FromMilliseconds(100); ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, MaxRestartDelay.Ticks)))
        {
            try
            {
                _server = await StartServerAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // After kill -9 the orphaned backends hold the shared memory for a moment: the first attempts may fail.
                Log.RestartFailed(_logger, e, delay);
            }

            await Task.Delay(delay, _clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
