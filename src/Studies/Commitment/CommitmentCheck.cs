using CloudPacs.Archive;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;

namespace CloudPacs.Studies.Commitment;

/// <summary>Finds out to which instances of a request there can be a commitment.</summary>
/// <param name="desk">What was asked for, and what is kept of it.</param>
/// <param name="archive">Where the bytes are.</param>
/// <param name="clock">Time.</param>
public sealed class CommitmentCheck(CommitmentDesk desk, IArchive archive, TimeProvider clock)
{
    /// <summary>How long the digest of the receipt is believed; after that the bytes are read and compared with it.</summary>
    public static readonly TimeSpan ReceiptBelieved = TimeSpan.FromHours(24);

    /// <param name="id">The request.</param>
    /// <param name="waits">An instance that is not there is no failure yet: requests overtake the last instances.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Null when there is nothing to be said: it is decided already, or waits for instances.</returns>
    public async Task<CommitmentFinding?> RunAsync(Guid id, bool waits, CancellationToken cancellationToken)
    {
        var committed = new List<InstanceReference>();
        var failed = new List<(InstanceReference, ushort)>();
        var old = new List<StoredInstance>();
        var believed = clock.GetUtcNow() - ReceiptBelieved;
        await foreach (var kept in desk.FindAsync(id, cancellationToken).ConfigureAwait(false))
        {
            var reason = FailureReasons.Of(kept);
            if (waits && reason == FailureReasons.NoSuchInstance && kept.Stored is null) return null;
            if (reason is { } why) failed.Add((kept.Asked, why));
            else if (kept.ReceivedAt < believed) old.Add(kept.Stored!);
            else committed.Add(kept.Asked);
        }

        foreach (var instance in old)
        {
            var asked = new InstanceReference(instance.SopClassUid, instance.SopInstanceUid);
            if (await IsIntactAsync(instance, cancellationToken).ConfigureAwait(false)) committed.Add(asked);
            else failed.Add((asked, FailureReasons.ProcessingFailure));
        }

        return committed.Count + failed.Count == 0 ? null : new CommitmentFinding(committed, failed);
    }

    private async Task<bool> IsIntactAsync(StoredInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await InstanceContent.OpenAsync(archive, instance, cancellationToken).ConfigureAwait(false);
            return await content.IsIntactAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArchiveException or IOException)
        {
            return false;
        }
    }
}
