using System.Diagnostics;
using CloudPacs.Settings;
using CloudPacs.Store.Cluster;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// The database of the settings, for the engine and for verbs that work on it: the embedded one is started, unless an engine has it open
/// and it may be shared.
/// </summary>
internal sealed class DatabaseAccess : IAsyncDisposable
{
    /// <summary>How long a stop waits for the server, from its beginning: it ends within 20 s also where one hangs.</summary>
    private static readonly TimeSpan CleanStop = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan LeastCleanStop = TimeSpan.FromSeconds(3);
    private Task _writing = Task.CompletedTask;
    private long _stopBegan;

    private DatabaseAccess(string connectionString, EmbeddedCluster? cluster)
    {
        ConnectionString = connectionString;
        Cluster = cluster;
    }

    public string ConnectionString { get; }

    /// <summary>The embedded cluster that this access has started; null for any other database.</summary>
    public EmbeddedCluster? Cluster { get; }

    /// <exception cref="StoreUnavailableException">It cannot be had.</exception>
    public static async Task<DatabaseAccess> OpenAsync(
        EngineSettings settings, bool mayShare, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (settings.Database.ConnectionString.Length > 0) return new DatabaseAccess(settings.Database.ConnectionString, null);
        var embedded = new ClusterSettings
        {
            DataDirectory = settings.Data,
            BinaryDirectory = settings.Database.BinDirectory.Length > 0 ? settings.Database.BinDirectory : null,
        };
        try
        {
            var cluster = await EmbeddedCluster.StartAsync(
                embedded, TimeProvider.System, loggers.CreateLogger("CloudPacs.Store"), cancellationToken);
            return new DatabaseAccess(cluster.ConnectionString, cluster);
        }
        catch (StoreUnavailableException) when (mayShare)
        {
            var shared = EmbeddedCluster.ConnectionStringFor(embedded);
            if (!await AnswersAsync(shared, cancellationToken)) throw;
            return new DatabaseAccess(shared, null);
        }
    }

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false;Timeout=5");
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>
    /// Says that the engine stops: an embedded server begins to write what changed to its files, as it must before it ends, while peers
    /// finish. So its own end is short and the next start has nothing to recover.
    /// </summary>
    public void BeginStop()
    {
        _stopBegan = Stopwatch.GetTimestamp();
        _writing = Cluster is { IsUp: true } ? WriteOutAsync() : Task.CompletedTask;
    }

    /// <summary>Stops the server that this access has started; it may use the time that peers have left.</summary>
    public async Task StopAsync()
    {
        var left = CleanStop - Stopwatch.GetElapsedTime(_stopBegan);
        if (Cluster is not null) await Cluster.StopAsync(left > LeastCleanStop ? left : LeastCleanStop);
        await _writing;
    }

    /// <summary>Whether the database answers a question within two seconds.</summary>
    public static async Task<bool> AnswersAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = database.CreateCommand("SELECT 1");
            probe.CommandTimeout = 2;
            await probe.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null) await Cluster.DisposeAsync();
    }

    private async Task WriteOutAsync()
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false;Timeout=5;Command Timeout=0");
            await using var checkpoint = source.CreateCommand("CHECKPOINT");
            await checkpoint.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The stop does the same, or gives it up to the recovery at the next start.
        }
    }
}
