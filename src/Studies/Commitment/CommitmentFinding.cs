using System.Buffers.Binary;
using CloudPacs.Dicom;
using CloudPacs.Store.Commitments;

namespace CloudPacs.Studies.Commitment;

/// <summary>To which of the instances of a request there is a commitment.</summary>
/// <param name="Committed">They are durable, whole and can be retrieved.</param>
/// <param name="Failed">The others, each with its Failure Reason.</param>
public sealed record CommitmentFinding(
    IReadOnlyList<InstanceReference> Committed, IReadOnlyList<(InstanceReference Instance, ushort Reason)> Failed)
{
    /// <summary>Event Type ID: 1 = all are committed, 2 = there are failures (PS3.4 table J.3.3-1).</summary>
    public ushort EventType => (ushort)(Failed.Count == 0 ? 1 : 2);

    /// <summary>Event Information (PS3.4 table J.3.3-1).</summary>
    /// <param name="transactionUid">Of the request.</param>
    /// <param name="aeTitle">From where the instances can be retrieved.</param>
    public DataSet Report(string transactionUid, string aeTitle)
    {
        var report = new DataSet().Set(Tags.RetrieveAeTitle, aeTitle).Set(Tags.TransactionUid, transactionUid);
        if (Committed.Count > 0) report.SetSequence(Tags.ReferencedSopSequence, [.. Committed.Select(References.Item)]);
        if (Failed.Count > 0)
        {
            report.SetSequence(Tags.FailedSopSequence, [.. Failed.Select(static failed =>
            {
                var reason = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(reason, failed.Reason);
                return References.Item(failed.Instance).SetBytes(Tags.FailureReason, VR.US, reason);
            })]);
        }

        return report;
    }
}
