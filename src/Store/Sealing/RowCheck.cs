using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Sealing;

/// <summary>Whether the rows are those that blocks have the hashes of: both in the order of the trail, side by side.</summary>
/// <param name="source">Rows and blocks.</param>
/// <param name="chain">What the chain tells.</param>
/// <param name="tell">Hears of faults.</param>
internal sealed class RowCheck(ITrailSource source, ChainCheck chain, Action<TrailFault> tell)
{
    /// <summary>Of so many faults it is looked whether a row only has another time.</summary>
    private const int MostPaired = 10_000;
    private readonly PriorityQueue<Cursor, TrailPlace> _open = new();
    private readonly CanonicalForm _form = new();
    private readonly Dictionary<Guid, (TrailPlace Place, long Block)> _missing = [];
    private readonly Dictionary<Guid, TrailPlace> _unsealed = [];

    public async Task RunAsync(TrailReport report, CancellationToken cancellationToken)
    {
        var blocks = source.BlocksByTimeAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (blocks.ConfigureAwait(false))
        {
            var hasBlock = await blocks.MoveNextAsync().ConfigureAwait(false);
            await foreach (var row in source.RowsAsync(cancellationToken).ConfigureAwait(false))
            {
                report.Rows++;
                var place = BlockEntries.PlaceOf(row);
                for (; hasBlock && blocks.Current.FirstAt <= row.At; hasBlock = await blocks.MoveNextAsync().ConfigureAwait(false))
                    Open(blocks.Current);
                while (_open.TryPeek(out var cursor, out var next) && next < place) Miss(cursor, report);
                Compare(row, place, report);
            }

            for (; hasBlock; hasBlock = await blocks.MoveNextAsync().ConfigureAwait(false)) Open(blocks.Current);
            while (_open.TryPeek(out var cursor, out _)) Miss(cursor, report);
        }

        foreach (var (id, (place, block)) in _missing) Drop(id, place, block);
        foreach (var (id, place) in _unsealed) Insert(id, place);
    }

    private void Open(AuditBlock block)
    {
        if (block.Entries is { Length: > 0 } entries) _open.Enqueue(new Cursor(block.Number, entries), BlockEntries.PlaceOf(entries, 0));
    }

    /// <summary>An entry has no row.</summary>
    private void Miss(Cursor cursor, TrailReport report)
    {
        var place = cursor.Place;
        Advance();
        if (chain.Dropped.Exists(month => month.From <= place.At && place.At < month.To))
            report.Dropped++;
        else if (_missing.Count < MostPaired)
            _missing.TryAdd(place.Id, (place, cursor.Block));
        else
            Drop(place.Id, place, cursor.Block);
    }

    private void Compare(AuditRow row, TrailPlace place, TrailReport report)
    {
        if (!_open.TryPeek(out _, out var next) || next != place)
        {
            if (IsWaiting(place)) report.Waiting++;
            else if (_unsealed.Count < MostPaired) _unsealed.TryAdd(place.Id, place);
            else Insert(place.Id, place);
            return;
        }

        Span<byte> hash = stackalloc byte[32];
        _form.HashRow(row, hash);
        // Two engines never seal the same row, but a forged block may name it once more.
        while (_open.TryPeek(out var cursor, out next) && next == place)
        {
            if (!hash.SequenceEqual(cursor.Hash))
                tell(new TrailFault(
                    TrailFaultKind.RowChanged, cursor.Block, row.Id, row.At,
                    $"Row {row.Id} of {row.At.UtcDateTime:O} is not what block {cursor.Block} sealed: it was changed."));
            Advance();
        }
    }

    /// <summary>Whether a row that no block has may still be sealed.</summary>
    private bool IsWaiting(TrailPlace place)
    {
        if (chain.Last is not { } last || chain.Beginning is not { } beginning || place.At >= last.OpenFrom) return true;
        return place.At < beginning.OpenFrom && !chain.IsBacklogDone && !(place.At < chain.Backlog?.LastAt);
    }

    private void Drop(Guid id, TrailPlace place, long block)
    {
        if (_unsealed.Remove(id, out var now))
            tell(new TrailFault(
                TrailFaultKind.RowMoved, block, id, place.At,
                $"Row {id} had the time {place.At.UtcDateTime:O} when block {block} sealed it, and has {now.At.UtcDateTime:O} now."));
        else
            tell(new TrailFault(
                TrailFaultKind.RowDropped, block, id, place.At,
                $"Row {id} of {place.At.UtcDateTime:O}, which block {block} sealed, is not there any more."));
    }

    private void Insert(Guid id, TrailPlace place) => tell(new TrailFault(
        TrailFaultKind.RowInserted, null, id, place.At,
        $"Row {id} of {place.At.UtcDateTime:O} is in no block: it was put in later, or its block is gone."));

    private void Advance()
    {
        var cursor = _open.Dequeue();
        if (cursor.MoveNext()) _open.Enqueue(cursor, cursor.Place);
    }

    /// <summary>The next entry of a block.</summary>
    private sealed class Cursor(long block, byte[] entries)
    {
        private int _index;

        public long Block => block;

        public TrailPlace Place => BlockEntries.PlaceOf(entries, _index);

        public ReadOnlySpan<byte> Hash => BlockEntries.HashOf(entries, _index);

        public bool MoveNext() => ++_index < BlockEntries.CountOf(entries);
    }
}
