using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Commit;

/// <summary>
/// Commits the work of many callers in few transactions: an item waits in the channel of its lane, a writer takes what is there and commits
/// it; after a batch of several it waits a moment for more. Items of one lane keep their order; an item that fails harms no neighbour; a
/// caller always gets an outcome.
/// </summary>
public sealed class GroupCommit<T> : IAsyncDisposable
{
    /// <summary>Attempts that may meet another writer before the batch pauses like one whose database is away.</summary>
    private const int MaxConflicts = 20;
    private readonly NpgsqlDataSource _database;
    private readonly IGroupWork<T> _work;
    private readonly GroupCommitOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<Item>[] _channels;
    private readonly Task[] _writers;
    private readonly SemaphoreSlim _sharing = new(1);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly CommitMetrics _metrics;

    public GroupCommit(NpgsqlDataSource database, IGroupWork<T> work, GroupCommitOptions options, TimeProvider clock, ILogger logger)
    {
        _database = database;
        _work = work;
        _options = options;
        _clock = clock;
        _logger = logger;
        // A full channel makes the caller wait: the sockets behind it are read no further.
        _channels = [.. Enumerable.Range(0, options.Writers).Select(_ => Channel.CreateBounded<Item>(
            new BoundedChannelOptions(options.Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }))];
        _metrics = new CommitMetrics(() => _channels.Sum(static channel => channel.Reader.Count), OldestAge);
        _writers = [.. _channels.Select((channel, number) => Task.Run(() => WriteAsync(number, channel.Reader)))];
    }

    /// <summary>Items that wait now.</summary>
    public int Depth => _channels.Sum(static channel => channel.Reader.Count);

    /// <summary>
    /// Commits an item; ends when its outcome is known. What must keep its order (the messages of a patient) has one lane:
    /// <see cref="StableHash.Of(string)"/> its key; with several it waits for what came before it in each. The token ends only the wait for
    /// a place in the channel.
    /// </summary>
    public async Task<CommitOutcome> CommitAsync(T value, IReadOnlyList<ulong> lanes, CancellationToken cancellationToken)
    {
        int[] channels = lanes is [var lane] ? [ChannelOf(lane)] : [.. lanes.Select(ChannelOf).Distinct()];
        var item = new Item(value, _clock.GetTimestamp(), channels.Length);
        try
        {
            if (channels is [var only]) await _channels[only].Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            else await ShareAsync(item, channels, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            item.Outcome.TrySetResult(new CommitOutcome(CommitStatus.Unavailable, e));
        }

        return await item.Outcome.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more items and waits for those inside; after <paramref name="drain"/> the rest is given up.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        foreach (var channel in _channels) channel.Writer.TryComplete();
        var all = Task.WhenAll(_writers);
        try
        {
            await all.WaitAsync(drain, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _giveUp.CancelAsync().ConfigureAwait(false);
            await all.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _metrics.Dispose();
        _sharing.Dispose();
        _giveUp.Dispose();
    }

    private int ChannelOf(ulong lane) => (int)(lane % (ulong)_channels.Length);

    /// <summary>
    /// Puts an item into several channels, one such item at a time: in all channels they stand in the same order, so that no two writers
    /// wait for each other.
    /// </summary>
    private async Task ShareAsync(Item item, int[] channels, CancellationToken cancellationToken)
    {
        await _sharing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Once it is in one channel its writer will wait for the others, so there is no way back.
            foreach (var channel in channels)
            {
                await _channels[channel].Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
                cancellationToken = CancellationToken.None;
            }
        }
        finally
        {
            _sharing.Release();
        }
    }

    private TimeSpan OldestAge()
    {
        var oldest = TimeSpan.Zero;
        foreach (var channel in _channels)
        {
            if (channel.Reader.TryPeek(out var item) && _clock.GetElapsedTime(item.CameAt) is var age && age > oldest) oldest = age;
        }

        return oldest;
    }

    private async Task WriteAsync(int writer, ChannelReader<Item> reader)
    {
        var batch = new List<Item>(_options.MaxBatch);
        var last = 0;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (last > 1 && reader.Count < Math.Min(2 * last, _options.MaxBatch)) await GatherAsync().ConfigureAwait(false);
            Take(reader, batch);
            last = batch.Count;
            // The writer that comes last to a shared item commits it; the others hold their channels until it has.
            if (batch is [{ IsShared: true } shared] && !shared.IsLastToCome()) await shared.Outcome.Task.ConfigureAwait(false);
            else await CommitAsync(writer, batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    /// <summary>
    /// Callers that were answered together often come again at once, and a batch costs much the same whatever its size: they share the
    /// next. Who comes alone never waits.
    /// </summary>
    private Task GatherAsync() =>
        _options.Gather > TimeSpan.Zero ? Task.Delay(_options.Gather, TimeProvider.System) : Task.CompletedTask;

    /// <summary>Takes what waits, up to the limits; the first item in any case, and a shared one by itself.</summary>
    private void Take(ChannelReader<Item> reader, List<Item> batch)
    {
        var keys = 0;
        while (batch.Count < _options.MaxBatch && reader.TryPeek(out var next))
        {
            keys += _work.CountKeys(next.Value);
            if (batch.Count > 0 && (keys > _options.MaxKeys || next.IsShared)) return;
            if (reader.TryRead(out var item)) batch.Add(item);
            if (next.IsShared) return;
        }
    }

    /// <summary>Brings every item of a batch to its outcome.</summary>
    private async Task CommitAsync(int writer, IReadOnlyList<Item> batch)
    {
        var waiting = batch;
        var delay = _options.RetryDelay;
        for (var conflicts = 0; ;)
        {
            var error = await TryAsync(waiting).ConfigureAwait(false);
            if (error is null) return;
            if (_giveUp.IsCancellationRequested)
            {
                End(waiting, new CommitOutcome(CommitStatus.Unavailable, error));
                return;
            }

            // A resource that is there already again and again was not made by another writer just now: the work is at fault.
            var isAtFault = !Transient.Is(error) || (conflicts >= MaxConflicts && Transient.IsDuplicate(error));
            if (isAtFault || (Transient.IsTooMuch(error) && waiting.Count > 1))
            {
                await SeparateAsync(writer, waiting, error).ConfigureAwait(false);
                return;
            }

            if (Transient.IsConflict(error) && conflicts++ < MaxConflicts)
            {
                Log.BatchRepeated(_logger, writer, waiting.Count, error.Message);
                continue;
            }

            End([.. waiting.Where(IsOverdue)], new CommitOutcome(CommitStatus.Unavailable, error));
            waiting = [.. waiting.Where(item => !item.Outcome.Task.IsCompleted)];
            if (waiting.Count == 0) return;
            Log.DatabaseAway(_logger, error, writer, waiting.Count, delay);
            await PauseAsync(delay).ConfigureAwait(false);
            delay = Longer(delay);
        }
    }

    /// <summary>The database refused the batch: its halves each on their own, in order, until only the bad item suffers.</summary>
    private async Task SeparateAsync(int writer, IReadOnlyList<Item> items, Exception error)
    {
        if (items.Count == 1)
        {
            Log.ItemFailed(_logger, error, writer);
            End(items, new CommitOutcome(CommitStatus.Failed, error));
            return;
        }

        Log.BatchFailed(_logger, error, writer, items.Count);
        foreach (var half in items.Chunk((items.Count + 1) / 2)) await CommitAsync(writer, half).ConfigureAwait(false);
    }

    /// <summary>One attempt, in one transaction.</summary>
    /// <returns>Null when it is durable and its callers have their outcome.</returns>
    private async Task<Exception?> TryAsync(IReadOnlyList<Item> items)
    {
        T[] values = [.. items.Select(static item => item.Value)];
        IBatch? batch = null;
        var started = _clock.GetTimestamp();
        try
        {
            await using var connection = await _database.OpenConnectionAsync(_giveUp.Token).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(_giveUp.Token).ConfigureAwait(false);
            batch = await _work.PrepareAsync(values, transaction, _giveUp.Token).ConfigureAwait(false);
            await batch.CommitAsync(_giveUp.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whether a commit whose answer did not come took place is not known: as if it had not. A repetition is found by its identity.
            batch?.InDoubt();
            return e;
        }

        batch.Committed();
        _metrics.Committed(items.Count, _clock.GetElapsedTime(started));
        End(items, new CommitOutcome(CommitStatus.Committed));
        return null;
    }

    private static void End(IReadOnlyList<Item> items, CommitOutcome outcome)
    {
        foreach (var item in items) item.Outcome.TrySetResult(outcome);
    }

    private bool IsOverdue(Item item) => _clock.GetElapsedTime(item.CameAt) >= _options.RetryFor;

    private TimeSpan Longer(TimeSpan delay) => TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.MaxRetryDelay.Ticks));

    private async Task PauseAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _clock, _giveUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            // The next attempt fails at once and gives the items their outcome.
        }
    }

    private sealed class Item(T value, long cameAt, int channels)
    {
        private int _missing = channels;

        /// <summary>It stands in several channels.</summary>
        public bool IsShared { get; } = channels > 1;

        public T Value { get; } = value;

        public long CameAt { get; } = cameAt;

        /// <summary>Whether the writers of all its channels have come to it, now that one more has.</summary>
        public bool IsLastToCome() => Interlocked.Decrement(ref _missing) == 0;

        // Answers must not run on the writer's time.
        public TaskCompletionSource<CommitOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
