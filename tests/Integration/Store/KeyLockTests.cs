using CloudPacs.Store.Commit;
using CloudPacs.Store.Saving;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>The locks under which batches of several writers and engines work.</summary>
public sealed class KeyLockTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly string[] Many = [.. Enumerable.Range(1, 1000).Select(static n => $"{n}")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_with_very_many_keys_and_one_that_shares_a_key_exclude_each_other(bool isLargeFirst)
    {
        var (first, second) = isLargeFirst ? (StoredOrder.Keys(Many), StoredOrder.Keys("500")) : (StoredOrder.Keys("500"), StoredOrder.Keys(Many));
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await Store.LoadAsync(transaction, first, Cancel);

        var other = InBatchAsync(second, static (_, _) => 0);
        await WaitingAsync();
        var isFree = other.IsCompleted;
        await transaction.RollbackAsync(Cancel);
        await other;

        Assert.False(isFree);
    }

    [Fact]
    public async Task Messages_of_a_thousand_orders_from_two_engines_fit_into_the_lock_table()
    {
        await using var others = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var commit = Commit(Database, new OrderWork(Store));
        await using var otherCommit = Commit(others, new OrderWork(await WorkspaceStore.OpenAsync(others, PostgresFixture.InRows, Ids, notifyAs: null, Cancel)));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(n =>
            (n % 2 == 0 ? commit : otherCommit).CommitAsync([.. Many.Select(order => $"{n}-{order}")], [(ulong)n / 2], Cancel)));

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        Assert.Equal(24, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
    }

    [Fact]
    public async Task Two_batches_that_need_each_others_keys_later_are_both_done_in_the_end()
    {
        using var haveFirst = new CountdownEvent(2);
        var work = new OrderWork(Store) { HaveFirst = haveFirst };
        await using var commit = Commit(Database, work);

        var outcomes = await Task.WhenAll(commit.CommitAsync(["1", "2"], [0], Cancel), commit.CommitAsync(["2", "1"], [1], Cancel));

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        // PostgreSQL ends one of them, which is done once more.
        Assert.Equal(3, work.Attempts);
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
    }

    private static GroupCommit<string[]> Commit(NpgsqlDataSource database, OrderWork work) =>
        new(database, work, new GroupCommitOptions { Writers = 2, RetryFor = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);

    /// <summary>Until somebody waits for a lock.</summary>
    private async Task WaitingAsync()
    {
        while (await ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0) Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Items are lists of orders: all of their keys are locked, the first order is made.</summary>
    private sealed class OrderWork(WorkspaceStore store) : IGroupWork<string[]>
    {
        private int _attempts;

        /// <summary>When set, the keys of the first order are locked first, and those of the others when every batch has come so far.</summary>
        public CountdownEvent? HaveFirst { get; init; }

        public int Attempts => _attempts;

        public int CountKeys(string[] item) => StoredOrder.Keys(item).Count;

        public async Task<IBatch> PrepareAsync(IReadOnlyList<string[]> items, NpgsqlTransaction transaction, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            var all = StoredOrder.Keys([.. items.SelectMany(static item => item)]);
            var workspace = await store.LoadAsync(transaction, HaveFirst is null ? all : StoredOrder.Keys(items[0][0]), cancellationToken);
            if (HaveFirst is { } haveFirst)
            {
                if (!haveFirst.IsSet) haveFirst.Signal();
                haveFirst.Wait(cancellationToken);
                await WorkspaceStore.LoadMoreAsync(workspace, transaction, all, cancellationToken);
            }

            foreach (var item in items) StoredOrder.Add(workspace, item[0]);
            return new Batch(token => store.CommitAsync(workspace, new BatchRows(), transaction, token));
        }

        private sealed class Batch(Func<CancellationToken, Task> commit) : IBatch
        {
            public Task CommitAsync(CancellationToken cancellationToken) => commit(cancellationToken);

            public void Committed()
            {
            }

            public void InDoubt()
            {
            }
        }
    }
}
