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
            StopTimeout = TimeSpan.FromSeconds(4),
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

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null) await Cluster.DisposeAsync();
    }
}
