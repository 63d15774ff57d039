using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Saving;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Changes;

/// <summary>The one way of changes into the database. Many doors call it at the same time; their changes share transactions.</summary>
internal sealed class ChangePipeline : IAsyncDisposable
{
    private static readonly TimeSpan RetryFor = TimeSpan.FromSeconds(8);
    private readonly GroupCommit<Change> _commit;

    public ChangePipeline(
        NpgsqlDataSource database, WorkspaceStore store, WorklistUpdater worklist, IReadOnlyList<INewsWriter> writers,
        DeliverySignal signal, DatabaseSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        var options = new GroupCommitOptions
        {
            Writers = settings.Writers, MaxBatch = settings.BatchLimit, Capacity = settings.QueueLimit, RetryFor = RetryFor,
        };
        _commit = new GroupCommit<Change>(
            database, new ChangeBatches(store, worklist, writers, signal), options, clock, loggers.CreateLogger("CloudPacs.Store"));
    }

    /// <summary>Brings a change to its end: durable and shown, failed by itself, or not possible as the database is away.</summary>
    public Task<CommitOutcome> ApplyAsync(Change change, CancellationToken cancellationToken) =>
        _commit.CommitAsync(change, [.. change.Lanes.Select(StableHash.Of)], cancellationToken);

    /// <summary>Takes no more changes and waits for those inside; after <paramref name="drain"/> they are given up.</summary>
    public Task StopAsync(TimeSpan drain) => _commit.StopAsync(drain);

    public ValueTask DisposeAsync() => _commit.DisposeAsync();
}
