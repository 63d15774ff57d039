using CloudPacs.Archive;

namespace CloudPacs.Integration.Jobs;

/// <summary>The care of the archive: records that no row names become dead, and packs with much dead in them are written again.</summary>
internal sealed class ArchiveUpkeep(IArchive archive, TimeProvider clock, ILogger<ArchiveUpkeep> logger)
{
    /// <summary>Longer than an instance waits for its row: until then it may not be committed yet.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var swept = await archive.SweepAsync(clock.GetUtcNow() - LeftAlone, cancellationToken);
        var packs = await archive.CompactAsync(cancellationToken);
        if (swept + packs > 0) Log.ArchiveTidied(logger, swept, packs);
    }
}
