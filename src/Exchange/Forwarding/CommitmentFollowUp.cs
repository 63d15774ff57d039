using CloudPacs.Dicom;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Studies.Commitment;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange.Forwarding;

/// <summary>
/// What follows when an archive reports on what we have asked it to commit to, or does not: what it has not committed to is sent once more,
/// and then waits for a person.
/// </summary>
internal sealed class CommitmentFollowUp(
    AskedCommitments asked, DeliverySignal signal, TimeSpan patience, TimeProvider clock, ILogger<CommitmentFollowUp> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Takes a report (PS3.4 table J.3.3-1); once it is answered it is durable.</summary>
    /// <returns>False when nothing was asked under its Transaction UID.</returns>
    public async Task<bool> TakeAsync(string transactionUid, DataSet report, CancellationToken cancellationToken)
    {
        if (await asked.FindAsync(transactionUid, cancellationToken) is not { } request) return false;
        var committed = References.Read(report.GetItems(Tags.ReferencedSopSequence)) ?? [];
        // What stands in neither sequence is not committed to.
        var failed = request.Instances.Except(committed).ToList();
        var reasons = report.GetItems(Tags.FailedSopSequence).Select(static item => item.GetInt32(Tags.FailureReason)).OfType<int>()
            .GroupBy(static reason => reason).Select(static one => $"{one.Key:X4}H of {one.Count()}");
        await EndAsync(
            request, failed.Count == 0 ? AskedState.Committed : AskedState.Failed, failed,
            $"The archive did not commit to {failed.Count} of {request.Instances.Count} instances: {string.Join(", ", reasons)}.",
            cancellationToken);
        return true;
    }

    /// <summary>Goes on with what no report came for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var request in await asked.ListOverdueAsync(clock.GetUtcNow() - patience, cancellationToken))
        {
            await EndAsync(
                request, AskedState.Overdue, request.Instances, $"The archive did not report within {patience}.", cancellationToken);
        }
    }

    private async Task EndAsync(
        AskedCommitment request, AskedState state, IReadOnlyList<InstanceReference> failed, string why, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        DeliveryRow? next = null;
        if (failed.Count > 0)
        {
            next = ForwardedBatch.Create(request.Destination, request.StudyInstanceUid, ForwardedBatch.Repeated, failed, now);
            if (!request.MayRepeat) next = next with { State = DeliveryState.Parked, LastError = Verdict.Plain(why) };
        }

        if (!await asked.EndAsync(request.TransactionUid, state, failed.Count, next, now, cancellationToken)) return;
        if (failed.Count == 0) Log.ArchiveCommitted(logger, request.Destination, request.Instances.Count);
        else
        {
            Log.ArchiveNotCommitted(
                logger, request.Destination, why, request.MayRepeat ? "They are sent once more" : "They wait for a person");
        }

        signal.Raise();
    }
}
