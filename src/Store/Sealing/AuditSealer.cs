using Npgsql;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// Seals the audit trail: takes rows that are committed and in no block yet, and adds blocks to the chain (decision 14). Of several engines
/// on one database one does it at a time, each turn in one transaction, so that it may end at any moment. Who writes rows knows nothing of
/// it.
/// </summary>
/// <param name="database">Where the trail is.</param>
/// <param name="key">What blocks are signed with.</param>
/// <param name="head">The last block that this installation has seen.</param>
/// <param name="clock">Time.</param>
public sealed class AuditSealer(NpgsqlDataSource database, SealKey key, SealHead head, TimeProvider clock)
{
    /// <summary>A row may become visible so long after its time; one that comes later is none of the trail.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(15);

    /// <summary>A chain on which nothing happens gets a block so often.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TurnOfBacklog = TimeSpan.FromMilliseconds(500);
    private readonly UnsealedRows _unsealed = new();
    private DateTimeOffset _nextDeep;
    private bool _isBacklogDone;

    /// <summary>One turn.</summary>
    /// <returns>How many rows were sealed.</returns>
    /// <exception cref="NpgsqlException">The database is away; nothing of the turn remains.</exception>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        var count = await InTurnAsync(SealNewAsync, cancellationToken).ConfigureAwait(false);
        if (_isBacklogDone) return count;
        // The database gets half of the time for others.
        var began = clock.GetTimestamp();
        while (!_isBacklogDone && clock.GetElapsedTime(began) < TurnOfBacklog)
        {
            if (await InTurnAsync(SealBacklogAsync, cancellationToken).ConfigureAwait(false) is not (> 0 and var sealedRows)) break;
            count += sealedRows;
        }

        return count;
    }

    /// <summary>Tells in the chain that a month was dropped; called in the transaction that drops it.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="month">Its beginning in UTC.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task NoteDroppedAsync(NpgsqlTransaction transaction, DateTimeOffset month, CancellationToken cancellationToken)
    {
        await BlockStatements.LockAsync(transaction, cancellationToken).ConfigureAwait(false);
        var chain = await Chain.OpenAsync(transaction, key, Now(), cancellationToken).ConfigureAwait(false);
        var end = month.AddMonths(1);
        await chain.AddAsync(
            BlockKind.MonthDropped, chain.Last!.OpenFrom, cancellationToken, note: null, month, end).ConfigureAwait(false);
        await BlockStatements.ForgetEntriesAsync(transaction, month, end, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> InTurnAsync(
        Func<NpgsqlTransaction, Chain, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (!await BlockStatements.TryLockAsync(transaction, cancellationToken).ConfigureAwait(false)) return 0;
        var chain = await Chain.OpenAsync(transaction, key, Now(), cancellationToken).ConfigureAwait(false);
        await CompareWithHeadAsync(transaction, chain, cancellationToken).ConfigureAwait(false);
        var count = await work(transaction, chain, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (chain is { HasGrown: true, Last: { } last }) head.Write(last.Number, last.Hash);
        return count;
    }

    /// <summary>The chain says itself what this installation has seen of it and is gone.</summary>
    private async Task CompareWithHeadAsync(NpgsqlTransaction transaction, Chain chain, CancellationToken cancellationToken)
    {
        if (head.Read() is not var (number, hash, isRestored)) return;
        var known = await BlockStatements.GetAsync(transaction, number, cancellationToken).ConfigureAwait(false);
        if (known is not null && known.Hash.AsSpan().SequenceEqual(hash)) return;
        var note = $"Block {number} with the hash {Convert.ToHexStringLower(hash)} was the last one that this installation had seen.";
        await chain.AddAsync(
            isRestored ? BlockKind.Restored : BlockKind.BlocksLost, chain.Last!.OpenFrom, cancellationToken, note).ConfigureAwait(false);
    }

    private async Task<int> SealNewAsync(NpgsqlTransaction transaction, Chain chain, CancellationToken cancellationToken)
    {
        var (now, last) = (Now(), chain.Last!);
        // Rows that come late are looked for now and then, the others each time.
        var isDeep = now >= _nextDeep || _nextDeep - now > 2 * UnsealedRows.DeepEvery;
        var from = last.OpenFrom < now - Lateness ? last.OpenFrom : now - Lateness;
        var span = isDeep
            ? await UnsealedRows.DeepAsync(transaction, from, now, cancellationToken).ConfigureAwait(false)
            : UnsealedRows.Shallow(from, now);
        await _unsealed.CatchUpAsync(transaction, last, from, cancellationToken).ConfigureAwait(false);
        var (blocks, isWhole) = await _unsealed.FindAsync(transaction, span, cancellationToken).ConfigureAwait(false);
        // What is left is for the next turn, which begins where this one did.
        var open = isDeep && isWhole ? (span.To < now ? span.To : now) - Lateness : last.OpenFrom;
        foreach (var block in blocks)
        {
            var openFrom = block == blocks[^1] ? open : last.OpenFrom;
            await chain.AddAsync(BlockKind.Rows, openFrom, block, cancellationToken).ConfigureAwait(false);
        }

        if (!isDeep || !isWhole) return blocks.Sum(static block => block.Count);
        if (blocks.Count == 0 && (span.To < now || now - last.SealedAt >= Heartbeat || now < last.SealedAt))
            await chain.AddAsync(BlockKind.Rows, open, cancellationToken).ConfigureAwait(false);
        if (span.To >= now) _nextDeep = now + UnsealedRows.DeepEvery;
        return blocks.Sum(static block => block.Count);
    }

    private async Task<int> SealBacklogAsync(NpgsqlTransaction transaction, Chain chain, CancellationToken cancellationToken)
    {
        var beginning = await BlockStatements.LastOfAsync(transaction, BlockKind.Beginning, cancellationToken).ConfigureAwait(false);
        var done = await BlockStatements.LastOfAsync(transaction, BlockKind.BacklogDone, cancellationToken).ConfigureAwait(false);
        if (beginning is null || done?.Number > beginning.Number)
        {
            _isBacklogDone = true;
            return 0;
        }

        var last = await BlockStatements.LastOfAsync(transaction, BlockKind.Backlog, cancellationToken).ConfigureAwait(false);
        if (last?.Number < beginning.Number) last = null;
        var entries = await UnsealedRows.BacklogAsync(transaction, last, beginning.OpenFrom, cancellationToken).ConfigureAwait(false);
        var openFrom = chain.Last!.OpenFrom;
        if (entries is null) await chain.AddAsync(BlockKind.BacklogDone, openFrom, cancellationToken).ConfigureAwait(false);
        else await chain.AddAsync(BlockKind.Backlog, openFrom, entries, cancellationToken).ConfigureAwait(false);
        return entries?.Count ?? 0;
    }

    private DateTimeOffset Now() => TrailPlace.TimeOf(TrailPlace.MicrosecondsOf(clock.GetUtcNow()));
}
