using System.Security.Cryptography;

namespace CloudPacs.Store.Sealing;

/// <summary>Whether the blocks are a chain of those who may seal. What it learns of the trail the check of the rows needs.</summary>
/// <param name="source">The blocks.</param>
/// <param name="trusted">Keys that count.</param>
/// <param name="head">The last block that this installation has seen; null where nothing is known of it.</param>
/// <param name="tell">Hears of faults.</param>
internal sealed class ChainCheck(
    ITrailSource source, IReadOnlyCollection<byte[]> trusted, (long Number, byte[] Hash, bool IsRestored)? head, Action<TrailFault> tell)
{
    /// <summary>As each block has the hash of the one before, a signature speaks for all before it: one of so many is checked.</summary>
    private const int SignedTogether = 500;
    private readonly CanonicalForm _form = new();
    private readonly List<AuditBlock> _unchecked = [];
    private readonly Dictionary<string, ECDsa?> _keys = [];
    private readonly HashSet<string> _foreign = [];
    private bool _isHeadWrong;

    /// <summary>The months that were dropped.</summary>
    public List<(DateTimeOffset From, DateTimeOffset To)> Dropped { get; } = [];

    /// <summary>The last block.</summary>
    public AuditBlock? Last { get; private set; }

    /// <summary>The last block that began a chain.</summary>
    public AuditBlock? Beginning { get; private set; }

    /// <summary>The last block of rows from before the beginning.</summary>
    public AuditBlock? Backlog { get; private set; }

    public bool IsBacklogDone { get; private set; }

    public async Task RunAsync(TrailReport report, CancellationToken cancellationToken)
    {
        await foreach (var block in source.BlocksAsync(cancellationToken).ConfigureAwait(false))
        {
            report.Blocks++;
            if (!Follows(block)) await CheckSignaturesAsync(cancellationToken).ConfigureAwait(false);
            CheckContent(block);
            // Entries may be large, and are not needed to check signatures.
            _unchecked.Add(block with { Entries = null });
            if (_unchecked.Count == SignedTogether) await CheckSignaturesAsync(cancellationToken).ConfigureAwait(false);
            if (block.Number == head?.Number) _isHeadWrong = !block.Hash.AsSpan().SequenceEqual(head.Value.Hash);
            Learn(block, report);
            Last = block with { Entries = null };
        }

        await CheckSignaturesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var key in _keys.Values) key?.Dispose();
        CompareWithHead();
        (report.SealedAt, report.LastBlock, report.LastHash) = (Last?.SealedAt, Last?.Number ?? 0, Last?.Hash ?? []);
    }

    /// <summary>Whether the chain goes on with it, under the same key.</summary>
    private bool Follows(AuditBlock block)
    {
        var expected = (Last?.Number ?? 0) + 1;
        if (block.Number > expected)
        {
            var words = block.Number == expected + 1
                ? $"Block {expected} is missing."
                : $"Blocks {expected} to {block.Number - 1} are missing.";
            tell(new TrailFault(TrailFaultKind.BlockDropped, expected, null, null, words));
            return false;
        }

        if (!block.Previous.AsSpan().SequenceEqual(Last?.Hash ?? Chain.Nothing))
        {
            tell(new TrailFault(
                TrailFaultKind.BlockChanged, block.Number, null, null,
                $"Block {block.Number} does not follow block {block.Number - 1}: one of them was replaced."));
            return false;
        }

        return Last is null || Last.KeyId.AsSpan().SequenceEqual(block.KeyId);
    }

    private void CheckContent(AuditBlock block)
    {
        if (!_form.HashBlock(block).AsSpan().SequenceEqual(block.Hash))
            tell(new TrailFault(TrailFaultKind.BlockChanged, block.Number, null, null, $"Block {block.Number} was changed."));
        else if (block.Entries is not null && !SHA256.HashData(block.Entries).AsSpan().SequenceEqual(block.EntriesHash))
            tell(new TrailFault(
                TrailFaultKind.BlockChanged, block.Number, null, null, $"The hashes of rows in block {block.Number} were changed."));
    }

    private void Learn(AuditBlock block, TrailReport report)
    {
        switch (block.Kind)
        {
            case BlockKind.Beginning:
                (Beginning, Backlog, IsBacklogDone) = (block, null, false);
                break;
            case BlockKind.Backlog:
                Backlog = block with { Entries = null };
                break;
            case BlockKind.BacklogDone:
                IsBacklogDone = true;
                break;
            case BlockKind.MonthDropped when block is { FirstAt: { } from, LastAt: { } to }:
                Dropped.Add((from, to));
                report.Notices.Add($"The rows of {from:yyyy-MM} were dropped by retention at {block.SealedAt:u} (block {block.Number}).");
                break;
            case BlockKind.BlocksLost:
                tell(new TrailFault(
                    TrailFaultKind.BlockDropped, block.Number, null, null,
                    $"Blocks were gone when block {block.Number} was sealed at {block.SealedAt:u}. {block.Note}"));
                break;
            case BlockKind.Restored:
                report.Notices.Add($"A backup was restored before {block.SealedAt:u} (block {block.Number}). {block.Note}");
                break;
        }
    }

    private async Task CheckSignaturesAsync(CancellationToken cancellationToken)
    {
        if (_unchecked is not [.., var last]) return;
        if (!trusted.Any(key => key.AsSpan().SequenceEqual(last.KeyId)))
        {
            var name = Convert.ToHexStringLower(last.KeyId);
            if (_foreign.Add(name))
                tell(new TrailFault(
                    TrailFaultKind.KeyUnknown, _unchecked[0].Number, null, null,
                    $"Block {_unchecked[0].Number} is the first one signed by the key {name}, which does not count here. "
                        + "If it is one of yours, name it in Audit:TrustedKeys."));
            _unchecked.Clear();
            return;
        }

        if (!await IsSignedAsync(last, cancellationToken).ConfigureAwait(false))
        {
            foreach (var block in _unchecked)
            {
                if (!await IsSignedAsync(block, cancellationToken).ConfigureAwait(false))
                    tell(new TrailFault(
                        TrailFaultKind.SignatureWrong, block.Number, null, null,
                        $"Block {block.Number} has no true signature: it is forged."));
            }
        }

        _unchecked.Clear();
    }

    private async Task<bool> IsSignedAsync(AuditBlock block, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexString(block.KeyId);
        if (!_keys.TryGetValue(name, out var key))
        {
            var known = await source.KeyAsync(block.KeyId, cancellationToken).ConfigureAwait(false);
            _keys.Add(name, key = known is null ? null : SealKey.Public(block.KeyId, known));
            if (key is null)
                tell(new TrailFault(
                    TrailFaultKind.KeyUnknown, block.Number, null, null,
                    $"The public key {name.ToLowerInvariant()} is gone or was replaced."));
        }

        return key is not null && key.VerifyHash(block.Hash, block.Signature);
    }

    private void CompareWithHead()
    {
        if (head is not var (number, _, isRestored) || isRestored) return;
        if ((Last?.Number ?? 0) < number)
            tell(new TrailFault(
                TrailFaultKind.BlockDropped, (Last?.Number ?? 0) + 1, null, null,
                $"The chain ends at block {Last?.Number ?? 0}, and this installation has seen block {number}: its end was cut off."));
        else if (_isHeadWrong)
            tell(new TrailFault(
                TrailFaultKind.BlockChanged, number, null, null, $"Block {number} is another one than this installation has seen."));
    }
}
