using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Store.Commitments;
using CloudPacs.Studies.Commitment;

namespace CloudPacs.Exchange.Commitment;

/// <summary>Reads requests for storage commitment (PS3.4 table J.3.2-1), and the reports of others.</summary>
internal static class CommitmentReader
{
    private const ushort RequestCommitment = 1;

    /// <param name="request">The N-ACTION.</param>
    /// <param name="refusal">Why it asks for nothing; null when it does.</param>
    /// <returns>Transaction UID and instances.</returns>
    public static (string TransactionUid, IReadOnlyList<InstanceReference> Instances)? Read(
        InstanceRequest request, out InstanceResult? refusal)
    {
        refusal = null;
        if (request.SopInstanceUid != Uids.StorageCommitmentPushModelInstance)
            refusal = Refuse(DimseStatus.NoSuchSopInstance, "Not the well-known SOP instance of storage commitment");
        else if (request.TypeId != RequestCommitment) refusal = Refuse(DimseStatus.NoSuchActionType, "Action Type ID is not 1");
        else if (TransactionOf(request.DataSet) is not { } transaction)
            refusal = Refuse(DimseStatus.InvalidArgumentValue, "Transaction UID (0008,1195) is missing or no UID");
        else if (References.Read(request.DataSet.GetItems(Tags.ReferencedSopSequence)) is not { Count: > 0 } instances)
            refusal = Refuse(DimseStatus.InvalidArgumentValue, "Referenced SOP Sequence (0008,1199) has no item, or no UIDs");
        else return (transaction, instances);
        return null;
    }

    /// <param name="request">The N-EVENT-REPORT.</param>
    /// <param name="refusal">Why it reports nothing; null when it does.</param>
    /// <returns>Transaction UID.</returns>
    public static string? ReadReport(InstanceRequest request, out InstanceResult? refusal)
    {
        refusal = null;
        if (request.SopInstanceUid != Uids.StorageCommitmentPushModelInstance)
            refusal = Refuse(DimseStatus.NoSuchSopInstance, "Not the well-known SOP instance of storage commitment");
        else if (request.TypeId is not (1 or 2)) refusal = Refuse(DimseStatus.NoSuchEventType, "Event Type ID is not 1 or 2");
        else if (TransactionOf(request.DataSet) is { } transaction) return transaction;
        else refusal = Refuse(DimseStatus.InvalidArgumentValue, "Transaction UID (0008,1195) is missing or no UID");
        return null;
    }

    private static string? TransactionOf(DataSet dataSet) =>
        dataSet.GetString(Tags.TransactionUid) is { } uid && VrRules.IsUid(uid) ? uid : null;

    private static InstanceResult Refuse(ushort status, string text) => new(status) { ErrorComment = text };
}
