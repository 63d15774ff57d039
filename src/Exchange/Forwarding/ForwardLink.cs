using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Studies.Commitment;
using CloudPacs.Studies.Fetching;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange.Forwarding;

/// <summary>
/// Stored instances by C-STORE (PS3.4 annex B), on an association of their own; then the archive is asked to commit to them (annex J). It
/// reports that when it likes, on an association that it asks for.
/// </summary>
/// <param name="destination">How the archive is reached.</param>
/// <param name="retrieval">Finds and reads the instances.</param>
/// <param name="asked">Where it is kept what is asked; null when nothing is.</param>
/// <param name="events">Takes a report that comes at once.</param>
/// <param name="clock">Time.</param>
/// <param name="ids">Transaction UIDs.</param>
/// <param name="logger">Where it is told what cannot be read.</param>
internal sealed class ForwardLink(
    DicomClientOptions destination, Retrieval retrieval, AskedCommitments? asked, IEventService events, TimeProvider clock, IdSource ids,
    ILogger<ForwardLink> logger) : IDeliveryLink
{
    private volatile bool _isOpen;

    public bool IsOpen => _isOpen;

    public async Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        try
        {
            var instances = ForwardedBatch.InstancesOf(delivery);
            // What was rejected or deleted meanwhile is nobody's any more.
            string[] uids = [.. instances.Select(static one => one.SopInstanceUid)];
            var found = await retrieval.FindAsync(delivery.OrderKey, uids, cancellationToken);
            if (found.Count == 0)
                return new Attempt(new Verdict(DeliveryState.Sent, "The instances are not shown any more."), Reach.Answered);
            if (await StoreAsync(delivery, found, cancellationToken) is { } stored) return stored;
            if (asked is not null && await AskAsync(delivery, found, cancellationToken) is { } unasked) return unasked;
            return new Attempt(new Verdict(DeliveryState.Sent, null), Reach.Answered);
        }
        catch (InvalidDataException e)
        {
            return new Attempt(new Verdict(DeliveryState.Parked, Verdict.Plain(e.Message)), Reach.NotSendable);
        }
        finally
        {
            _isOpen = false;
        }
    }

    public Task RestAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;

    /// <returns>Null when all were taken.</returns>
    private async Task<Attempt?> StoreAsync(DeliveryRow delivery, IReadOnlyList<IStoredInstance> found, CancellationToken cancellationToken)
    {
        await using var sender = new InstanceSender(destination, found, clock)
        {
            Report = e => Log.InstanceNotReadable(logger, e, destination.CalledAe),
        };
        var verdict = new ForwardVerdict(delivery, found.Count);
        try
        {
            foreach (var instance in sender.Instances)
            {
                verdict.Add(await sender.StoreAsync(instance, cancellationToken));
                _isOpen = true;
            }
        }
        catch (DicomNetworkException e)
        {
            return new Attempt(DicomLink.Waiting(e), sender.IsReached ? DicomLink.ReachOf(e) : Reach.NotConnected);
        }

        return verdict.IsTaken ? null : new Attempt(verdict.Of(), Reach.Answered);
    }

    /// <returns>Null when the archive will report.</returns>
    private async Task<Attempt?> AskAsync(DeliveryRow delivery, IReadOnlyList<IStoredInstance> found, CancellationToken cancellationToken)
    {
        var commitment = new AskedCommitment
        {
            TransactionUid = DerivedUids.Uid(ids.Next()),
            DeliveryId = delivery.Id,
            Destination = destination.CalledAe,
            StudyInstanceUid = delivery.OrderKey,
            MayRepeat = delivery.Event == ForwardedBatch.Stored,
            AskedAt = clock.GetUtcNow(),
            Instances = [.. found.Select(static one => new InstanceReference(one.SopClassUid, one.SopInstanceUid))],
        };
        var request = new DataSet().Set(Tags.TransactionUid, commitment.TransactionUid)
            .SetSequence(Tags.ReferencedSopSequence, [.. commitment.Instances.Select(References.Item)]);
        try
        {
            await using var client = await DicomClient.ConnectAsync(
                destination with { Contexts = [ProposedContext.LittleEndian(Uids.StorageCommitmentPushModel)], Events = events }, clock,
                cancellationToken);
            // The report may come before the answer.
            await asked!.AddAsync(commitment, cancellationToken);
            var result = await client.ActAsync(
                Uids.StorageCommitmentPushModel, Uids.StorageCommitmentPushModelInstance, 1, request, cancellationToken);
            if (result.Status == DimseStatus.Success || DimseStatus.IsWarning(result.Status))
            {
                await ReleaseAsync(client);
                return null;
            }

            return new Attempt(StudyNewsVerdict.Of(delivery, result), Reach.Answered);
        }
        catch (DicomNetworkException e)
        {
            // It has the instances; that it cannot be asked is no reason to let others wait.
            return new Attempt(StudyNewsVerdict.NotTaken(delivery, e.Message), Reach.Answered);
        }
    }

    private static async Task ReleaseAsync(DicomClient client)
    {
        try
        {
            await client.ReleaseAsync(CancellationToken.None);
        }
        catch (DicomNetworkException)
        {
            // It was answered.
        }
    }
}
