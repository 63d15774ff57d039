using System.Security.Cryptography;
using Npgsql;

namespace CloudPacs.Store.Sealing;

/// <summary>The end of the chain within a transaction that has the lock: blocks are added to it.</summary>
internal sealed class Chain
{
    /// <summary>What stands before the first block.</summary>
    public static readonly byte[] Nothing = new byte[SHA256.HashSizeInBytes];
    private static readonly byte[] NoEntries = SHA256.HashData([]);
    private readonly NpgsqlTransaction _transaction;
    private readonly SealKey _key;
    private readonly DateTimeOffset _now;
    private readonly CanonicalForm _form = new();

    private Chain(NpgsqlTransaction transaction, SealKey key, DateTimeOffset now, AuditBlock? last)
    {
        (_transaction, _key, _now, Last) = (transaction, key, now, last);
    }

    /// <summary>The last block; a chain that is new begins with one.</summary>
    public AuditBlock? Last { get; private set; }

    /// <summary>Whether a block was added.</summary>
    public bool HasGrown { get; private set; }

    public static async Task<Chain> OpenAsync(
        NpgsqlTransaction transaction, SealKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var chain = new Chain(
            transaction, key, now, await BlockStatements.LastAsync(transaction, cancellationToken).ConfigureAwait(false));
        if (!key.Id.AsSpan().SequenceEqual(chain.Last?.KeyId))
            await BlockStatements.KeepKeyAsync(transaction, key, cancellationToken).ConfigureAwait(false);
        if (chain.Last is null)
            await chain.AddAsync(BlockKind.Beginning, now - AuditSealer.Lateness, cancellationToken).ConfigureAwait(false);
        return chain;
    }

    /// <summary>Adds a block that has no rows.</summary>
    public Task AddAsync(
        BlockKind kind, DateTimeOffset openFrom, CancellationToken cancellationToken, string? note = null, DateTimeOffset? first = null,
        DateTimeOffset? last = null) =>
        AddAsync(
            new AuditBlock
            {
                Number = (Last?.Number ?? 0) + 1, Kind = kind, SealedAt = _now, OpenFrom = openFrom, FirstAt = first, LastAt = last,
                Note = note, EntriesHash = NoEntries, Previous = Last?.Hash ?? Nothing, KeyId = _key.Id,
            },
            cancellationToken);

    /// <summary>Adds a block of rows.</summary>
    public Task AddAsync(BlockKind kind, DateTimeOffset openFrom, BlockEntries entries, CancellationToken cancellationToken)
    {
        var bytes = entries.ToArray();
        return AddAsync(
            new AuditBlock
            {
                Number = (Last?.Number ?? 0) + 1, Kind = kind, SealedAt = _now, OpenFrom = openFrom, FirstAt = entries.First,
                LastAt = entries.Last, RowCount = entries.Count, Entries = bytes, EntriesHash = SHA256.HashData(bytes),
                Previous = Last?.Hash ?? Nothing, KeyId = _key.Id,
            },
            cancellationToken);
    }

    private async Task AddAsync(AuditBlock block, CancellationToken cancellationToken)
    {
        block = block with { Hash = _form.HashBlock(block) };
        block = block with { Signature = _key.Sign(block.Hash) };
        await BlockStatements.InsertAsync(_transaction, block, cancellationToken).ConfigureAwait(false);
        (Last, HasGrown) = (block, true);
    }
}
