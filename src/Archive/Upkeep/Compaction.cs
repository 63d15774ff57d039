using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Objects;
using CloudPacs.Archive.Packs;

namespace CloudPacs.Archive.Upkeep;

/// <summary>Gives back the room of what is dead. Used by one caller at a time.</summary>
internal sealed class Compaction(
    PackFolder folder, PackKeeper keeper, PackReader reader, DeadRecords dead, FarPacks? far, IRecordIndex index,
    Func<RecordIdentity, long, InstanceWriter> begin)
{
    private const int RecordsATime = 32;
    private const long BytesATime = 8 * 1024 * 1024;
    private const int BufferBytes = 512 * 1024;
    private readonly Dictionary<Guid, DateTimeOffset> _retired = [];

    /// <returns>Packs that were given up.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (pack, since) in _retired.ToList())
        {
            if (keeper.Time.GetUtcNow() - since < keeper.Options.KeepMovedFor) continue;
            await DeleteAsync(pack, cancellationToken).ConfigureAwait(false);
        }

        var count = 0;
        foreach (var pack in dead.Packs.Where(pack => !_retired.ContainsKey(pack)).Order())
        {
            if (!folder.Has(pack, FileNames.Sealed) && !folder.Has(pack, FileNames.Far)) continue;
            var length = await reader.LengthOfAsync(pack, cancellationToken).ConfigureAwait(false);
            if (dead.BytesOf(pack) <= length * keeper.Options.CompactAbove) continue;
            await EmptyAsync(pack, cancellationToken).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    /// <summary>Writes what is needed of a pack to another one, and deletes it at once.</summary>
    public async Task EraseAsync(Guid pack, CancellationToken cancellationToken)
    {
        await EmptyAsync(pack, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(pack, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records at a sealed pack that are not known as dead.</summary>
    public async Task<List<PackEntry>> NeededAsync(IPackSource source, Guid pack, CancellationToken cancellationToken) =>
        [.. (await PackReader.ListAsync(source, cancellationToken).ConfigureAwait(false)).Where(entry => !dead.Has(pack, entry.Offset))];

    private async Task EmptyAsync(Guid pack, CancellationToken cancellationToken)
    {
        using (var source = await reader.TryOpenAsync(pack, cancellationToken).ConfigureAwait(false))
        {
            var needed = source is null ? [] : await NeededAsync(source, pack, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < needed.Count;)
            {
                var writes = new List<(Place From, Task<Place> To)>();
                for (var bytes = 0L; i < needed.Count && writes.Count < RecordsATime && bytes < BytesATime; i++)
                {
                    var from = new Place(pack, needed[i].Offset, needed[i].Header.ContentLength);
                    writes.Add((from, await CopyAsync(from, needed[i], cancellationToken).ConfigureAwait(false)));
                    bytes += from.Length;
                }

                await Task.WhenAll(writes.Select(static write => write.To)).ConfigureAwait(false);
                var moved = writes.Select(static write => new MovedRecord(write.From, write.To.Result)).ToArray();
                await TellAsync(moved, cancellationToken).ConfigureAwait(false);
            }
        }

        _retired[pack] = keeper.Time.GetUtcNow();
        ArchiveMetrics.Compacted.Add(1);
    }

    private async Task TellAsync(MovedRecord[] moved, CancellationToken cancellationToken)
    {
        var answers = await index.MovedAsync(moved, cancellationToken).ConfigureAwait(false);
        dead.Add(moved.Select(static record => record.From));
        dead.Add(moved.Where((_, i) => !answers[i]).Select(static record => record.To));
    }

    /// <returns>The write that goes on, so that several become durable together.</returns>
    private async Task<Task<Place>> CopyAsync(Place from, PackEntry entry, CancellationToken cancellationToken)
    {
        // What was changed is not written again under a fresh checksum.
        using var content = await reader.OpenAsync(from, cancellationToken).ConfigureAwait(false);
        if (await reader.CheckAsync(from, readThrough: true, cancellationToken).ConfigureAwait(false) != RecordState.Whole)
        {
            throw new ArchiveException(
                ArchiveFault.Changed, $"The record at {from.Offset} of pack {from.Pack:N} is not whole: the pack stays.");
        }

        var identity = new RecordIdentity(entry.Header.Id, await content.ReadKeyAsync(cancellationToken).ConfigureAwait(false));
        using var writer = begin(identity, from.Length);
        var buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(1, from.Length))];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            writer.Write(buffer.AsSpan(0, read));
        return writer.CompleteAsync(cancellationToken);
    }

    private async Task DeleteAsync(Guid pack, CancellationToken cancellationToken)
    {
        if (far is not null) await far.DeleteAsync(pack, cancellationToken).ConfigureAwait(false);
        else folder.Delete(pack);
        dead.Forget(pack);
        _retired.Remove(pack);
    }
}
