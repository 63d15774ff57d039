using System.Collections.Concurrent;
using System.Diagnostics;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class GroupCommitTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task Items_of_one_lane_keep_their_order_and_share_transactions()
    {
        var work = await WorkAsync();
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 3 });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 600).Select(number =>
            commit.CommitAsync(new NumberItem(number % 6, number), [StableHash.Of($"{number % 6}")], Cancel)));

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        foreach (var lane in work.Done.GroupBy(static item => item.Lane))
            Assert.Equal(lane.Select(static item => item.Number).Order(), lane.Select(static item => item.Number));
        Assert.Equal(600, await ScalarAsync<long>("SELECT count(*) FROM numbers"));
        Assert.True(work.Batches < 300, $"{work.Batches} batches for 600 items");
    }

    [Fact]
    public async Task An_item_of_several_lanes_comes_after_what_came_before_it_in_each_and_before_what_comes_later()
    {
        const int Rounds = 60;
        var work = await WorkAsync();
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 3 });

        // Of 10 items every tenth is of two lanes; the lanes of neighbours differ, so that shared items overlap.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Rounds * 10).Select(number =>
            commit.CommitAsync(
                new NumberItem(number % 3, number), [.. LanesOf(number).Select(static lane => (ulong)lane)], Cancel)));

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        Assert.Equal(Rounds * 10, work.Done.Count);
        for (var lane = 0; lane < 3; lane++)
        {
            var numbers = work.Done.Select(static item => item.Number).Where(number => LanesOf(number).Contains(lane)).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }

        static int[] LanesOf(int number) => number % 10 == 0 ? [number % 3, (number + 1 + number / 10 % 2) % 3] : [number % 3];
    }

    [Fact]
    public async Task After_several_together_a_writer_waits_for_more_and_who_comes_alone_does_not_wait()
    {
        var work = await WorkAsync(hold: true);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1, Gather = TimeSpan.FromSeconds(3) });
        Task<CommitOutcome> Put(int number) => commit.CommitAsync(new NumberItem(0, number), [0], Cancel);
        var first = Put(0);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Task[] together = [Put(1), Put(2)];
        work.HoldFirst!.SetResult();
        await Task.WhenAll([first, .. together]);

        var again = Put(3);
        await Task.Delay(100, Cancel);
        await Task.WhenAll(again, Put(4));

        Assert.Equal((3, 2), (work.Batches, work.LargestBatch));
        await Put(5);
        var started = Stopwatch.GetTimestamp();
        for (var number = 6; number < 12; number++) await Put(number);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_stop_gives_up_a_shared_item_too()
    {
        var work = await WorkAsync(hold: true);
        var commit = Commit(work, new GroupCommitOptions { Writers = 2 });
        var first = commit.CommitAsync(new NumberItem(0, 1000), [0], Cancel);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var shared = commit.CommitAsync(new NumberItem(0, 1), [0, 1], Cancel);

        await commit.StopAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(15), Cancel);

        Assert.Equal(CommitStatus.Unavailable, (await first).Status);
        Assert.Equal(CommitStatus.Unavailable, (await shared).Status);
        await commit.DisposeAsync();
    }

    [Fact]
    public async Task A_poisonous_item_fails_alone_and_its_neighbours_are_committed()
    {
        var work = await WorkAsync(hold: true);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1 });
        var first = commit.CommitAsync(new NumberItem(0, 1000), [0], Cancel);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var batch = Enumerable.Range(0, 100).Select(number => commit.CommitAsync(new NumberItem(0, number == 5 ? -1 : number), [0], Cancel)).ToList();

        work.HoldFirst!.SetResult();
        var outcomes = await Task.WhenAll(batch);

        Assert.Equal(CommitStatus.Committed, (await first).Status);
        Assert.Equal([5], outcomes.Index().Where(static one => one.Item.Status == CommitStatus.Failed).Select(static one => one.Index));
        Assert.IsType<PostgresException>(outcomes[5].Error);
        Assert.Equal(100, await ScalarAsync<long>("SELECT count(*) FROM numbers"));
        Assert.Equal([1000, .. Enumerable.Range(0, 100).Where(static number => number != 5)], work.Done.Select(static item => item.Number));
        Assert.True(work.Attempts < 30, $"{work.Attempts} transactions to find one of a hundred");
    }

    [Fact]
    public async Task A_batch_that_the_server_has_no_room_for_is_split_and_not_taken_for_an_absent_database()
    {
        var work = await WorkAsync(hold: true, mostItems: 8);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1, RetryFor = TimeSpan.Zero });
        var first = commit.CommitAsync(new NumberItem(0, 1000), [0], Cancel);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var batch = Enumerable.Range(0, 64).Select(number => commit.CommitAsync(new NumberItem(0, number), [0], Cancel)).ToList();

        work.HoldFirst!.SetResult();
        var outcomes = await Task.WhenAll([first, .. batch]);

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        Assert.Equal([1000, .. Enumerable.Range(0, 64)], work.Done.Select(static item => item.Number));
        Assert.Equal(8, work.LargestBatch);
    }

    [Fact]
    public async Task A_batch_has_no_more_keys_than_one_transaction_may_lock()
    {
        var work = await WorkAsync(hold: true);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1, MaxKeys = 30 });
        var first = commit.CommitAsync(new NumberItem(0, 1000), [0], Cancel);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var batch = Enumerable.Range(0, 64).Select(number => commit.CommitAsync(new NumberItem(0, number), [0], Cancel)).ToList();

        work.HoldFirst!.SetResult();
        await Task.WhenAll([first, .. batch]);

        Assert.Equal(10, work.LargestBatch);
    }

    [Fact]
    public async Task A_broken_connection_is_survived_by_another_attempt()
    {
        var work = await WorkAsync(breakAttempts: 2);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1, RetryDelay = TimeSpan.FromMilliseconds(1) });

        var outcome = await commit.CommitAsync(new NumberItem(0, 1), [0], Cancel);

        Assert.Equal(CommitStatus.Committed, outcome.Status);
        Assert.Equal((3, 2), (work.Attempts, work.InDoubtCount));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task What_the_commit_itself_refuses_is_not_there_and_harms_nobody()
    {
        var work = await WorkAsync();
        await ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.number = 13 THEN RAISE ''unlucky''; END IF; RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1 });

        var outcomes = await Task.WhenAll(Enumerable.Range(10, 8).Select(number => commit.CommitAsync(new NumberItem(0, number), [0], Cancel)));
        var later = await commit.CommitAsync(new NumberItem(0, 20), [0], Cancel);

        Assert.Equal([13], Enumerable.Range(10, 8).Where(number => outcomes[number - 10].Status == CommitStatus.Failed));
        Assert.Equal(CommitStatus.Committed, later.Status);
        Assert.Equal(8, await ScalarAsync<long>("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task While_the_database_is_away_every_caller_hears_so_in_a_bounded_time()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=/nonexistent;Username=x;Database=x;Timeout=1");
        await using var commit = new GroupCommit<NumberItem>(
            nowhere, new NumberWork(), new GroupCommitOptions { Writers = 2, RetryFor = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, NullLogger.Instance);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => commit.CommitAsync(new NumberItem(number, number), [(ulong)number], Cancel)))
            .WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.All(outcomes, static outcome => Assert.Equal(CommitStatus.Unavailable, outcome.Status));
    }

    [Fact]
    public async Task A_full_channel_makes_the_caller_wait()
    {
        var work = await WorkAsync(hold: true);
        await using var commit = Commit(work, new GroupCommitOptions { Writers = 1, Capacity = 2 });
        var first = commit.CommitAsync(new NumberItem(0, 0), [0], Cancel);
        await work.FirstStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        List<Task<CommitOutcome>> waiting = [commit.CommitAsync(new NumberItem(0, 1), [0], Cancel), commit.CommitAsync(new NumberItem(0, 2), [0], Cancel)];
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var refused = commit.CommitAsync(new NumberItem(0, 3), [0], impatience.Token);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused);
        Assert.Equal(2, commit.Depth);
        work.HoldFirst!.SetResult();
        await Task.WhenAll([first, .. waiting]);
        Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task A_stop_finishes_what_is_inside_and_takes_no_more()
    {
        var commit = Commit(await WorkAsync(), new GroupCommitOptions());
        var inside = Enumerable.Range(0, 100).Select(number => commit.CommitAsync(new NumberItem(0, number), [0], Cancel)).ToList();

        await commit.StopAsync(TimeSpan.FromSeconds(30));
        var late = await commit.CommitAsync(new NumberItem(0, 100), [0], Cancel);

        Assert.All(await Task.WhenAll(inside), static outcome => Assert.Equal(CommitStatus.Committed, outcome.Status));
        Assert.Equal(CommitStatus.Unavailable, late.Status);
        await commit.DisposeAsync();
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_commit_that_does_not_end()
    {
        var work = await WorkAsync();
        await ExecuteAsync(
            """
            CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER hang AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hang();
            """);
        var commit = Commit(work, new GroupCommitOptions { Writers = 1 });
        var inside = commit.CommitAsync(new NumberItem(0, 1), [0], Cancel);
        await work.FirstSent.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        await commit.StopAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(15), Cancel);

        Assert.Equal(CommitStatus.Unavailable, (await inside).Status);
        Assert.Equal(1, work.InDoubtCount);
        await commit.DisposeAsync();
    }

    private GroupCommit<NumberItem> Commit(NumberWork work, GroupCommitOptions options) => new(Database, work, options, TimeProvider.System, NullLogger.Instance);

    private async Task<NumberWork> WorkAsync(bool hold = false, int breakAttempts = 0, int mostItems = int.MaxValue)
    {
        await ExecuteAsync("CREATE TABLE numbers (lane int, number int PRIMARY KEY CHECK (number >= 0))");
        return new NumberWork { HoldFirst = hold ? new TaskCompletionSource() : null, BreakAttempts = breakAttempts, MostItems = mostItems };
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private sealed record NumberItem(int Lane, int Number);

    /// <summary>Inserts numbers; a negative one violates a constraint.</summary>
    private sealed class NumberWork : IGroupWork<NumberItem>
    {
        private int _attempts;
        private int _batches;

        public TaskCompletionSource FirstStarted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource FirstSent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? HoldFirst { get; init; }

        public int BreakAttempts { get; init; }

        public ConcurrentQueue<NumberItem> Done { get; } = new();

        public int Attempts => _attempts;

        public int Batches => _batches;

        /// <summary>More items than these need more locks than the server has.</summary>
        public int MostItems { get; init; } = int.MaxValue;

        public int LargestBatch { get; private set; }

        public int CountKeys(NumberItem item) => 3;

        public async Task<IBatch> PrepareAsync(IReadOnlyList<NumberItem> items, NpgsqlTransaction transaction, CancellationToken cancellationToken)
        {
            var attempt = Interlocked.Increment(ref _attempts);
            if (attempt == 1 && HoldFirst is { } hold)
            {
                FirstStarted.SetResult();
                await hold.Task.WaitAsync(cancellationToken);
            }

            return new Batch(this, items, transaction, isBroken: attempt <= BreakAttempts);
        }

        public int InDoubtCount { get; private set; }

        /// <summary>As the engine does it: everything and COMMIT in one round trip.</summary>
        private sealed class Batch(NumberWork work, IReadOnlyList<NumberItem> items, NpgsqlTransaction transaction, bool isBroken) : IBatch
        {
            public async Task CommitAsync(CancellationToken cancellationToken)
            {
                await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
                if (items.Count > work.MostItems) Add("DO $$ BEGIN RAISE 'out of shared memory' USING ERRCODE = '53200'; END $$");
                Add("INSERT INTO numbers SELECT * FROM unnest($1, $2)", [.. items.Select(static item => item.Lane)], [.. items.Select(static item => item.Number)]);
                if (isBroken) Add("SELECT pg_terminate_backend(pg_backend_pid())");
                Add("COMMIT");
                work.FirstSent.TrySetResult();
                await batch.ExecuteNonQueryAsync(cancellationToken);

                void Add(string sql, params int[][] columns)
                {
                    var command = new NpgsqlBatchCommand(sql);
                    foreach (var column in columns) command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = column });
                    batch.BatchCommands.Add(command);
                }
            }

            public void Committed()
            {
                Interlocked.Increment(ref work._batches);
                work.LargestBatch = Math.Max(work.LargestBatch, items.Count);
                foreach (var item in items) work.Done.Enqueue(item);
            }

            public void InDoubt() => work.InDoubtCount += items.Count;
        }
    }
}
