using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Packs;

namespace CloudPacs.Archive.Upkeep;

/// <summary>
/// Ends the packs that a run left open: whole records are settled with the index, the torn rest is cut. Nothing is appended to such a pack
/// any more, so that no place is written twice.
/// </summary>
internal sealed class Recovery(PackFolder folder, PackKeeper keeper, PackReader reader, DeadRecords dead, IRecordIndex index)
{
    /// <param name="restarts">Of packs that were put together again: where records begin in spite of gaps.</param>
    public async Task<RecoveryReport> RunAsync(IReadOnlyDictionary<Guid, List<long>> restarts, CancellationToken cancellationToken)
    {
        var report = new RecoveryReport(0, 0, 0, 0, 0);
        foreach (var pack in folder.List(FileNames.Open).ToList())
        {
            var known = await index.KnownEndAsync(pack, cancellationToken).ConfigureAwait(false);
            List<long> starts = [known, .. restarts.GetValueOrDefault(pack, [])];
            starts.Sort();
            report = await RecoverAsync(pack, known, starts, report, cancellationToken).ConfigureAwait(false);
        }

        await keeper.WhenSealedAsync().ConfigureAwait(false);
        return report;
    }

    private async Task<RecoveryReport> RecoverAsync(
        Guid pack, long known, List<long> restarts, RecoveryReport report, CancellationToken cancellationToken)
    {
        PackFile adopted;
        using (var file = folder.OpenLeft(pack))
        {
            using var source = new FileSource(file);
            var length = source.Length;
            var bytes = new byte[PackHeader.Bytes];
            var isOurs = await source.TryReadExactAsync(0, bytes, cancellationToken).ConfigureAwait(false)
                && PackHeader.TryRead(bytes, out var header) && header.Id == pack;
            var (entries, end) = isOurs
                ? await PackScan.FollowAsync(source, known, restarts, cancellationToken).ConfigureAwait(false)
                : ([], 0);
            if ((!isOurs && length > PackHeader.Bytes) || (entries.Count == 0 && known > PackHeader.Bytes))
            {
                folder.SetAside(pack);
                return report with { Broken = report.Broken + 1 };
            }

            var unknown = entries.Where(entry => entry.Offset >= known).ToList();
            var unneeded = await reader.AskAsync(index, source, pack, unknown, cancellationToken).ConfigureAwait(false);
            dead.Add(unneeded);
            adopted = folder.Adopt(pack, Math.Max(end, PackHeader.Bytes), entries);
            report = report with
            {
                Packs = report.Packs + 1,
                Offered = report.Offered + unknown.Count,
                Needed = report.Needed + unknown.Count - unneeded.Count,
                CutBytes = report.CutBytes + Math.Max(0, length - Math.Max(end, PackHeader.Bytes)),
            };
        }

        keeper.Drop(adopted);
        return report;
    }
}
