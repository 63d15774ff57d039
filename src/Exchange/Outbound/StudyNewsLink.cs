using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// What is told of stored studies: the report of storage commitment by N-EVENT-REPORT (PS3.4 J.3.3), and that instances are available by
/// N-CREATE (PS3.4 R.3).
/// </summary>
/// <param name="destination">How the system is reached.</param>
/// <param name="clock">Time.</param>
internal sealed class StudyNewsLink(DicomClientOptions destination, TimeProvider clock) : DicomLink(clock)
{
    protected override DicomClientOptions Options(string kind)
    {
        var isReport = kind == DicomKinds.CommitmentReport;
        var sopClass = isReport ? Uids.StorageCommitmentPushModel : Uids.InstanceAvailabilityNotification;
        return destination with
        {
            Contexts = [ProposedContext.LittleEndian(sopClass)],
            // Who reports a commitment is the SCP, whoever asked for the association (PS3.7 D.3.3.4).
            Roles = isReport
                ? new Dictionary<string, RoleSelection> { [sopClass] = new(IsScu: false, IsScp: true) }
                : new Dictionary<string, RoleSelection>(),
        };
    }

    protected override async Task<Attempt> InvokeAsync(DicomClient client, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        try
        {
            var result = await TellAsync(client, delivery, Attributes.Decode(delivery.Payload), cancellationToken);
            var said = Encoding.UTF8.GetBytes($"{result.Status:X4}H {result.ErrorComment}");
            return new Attempt(StudyNewsVerdict.Of(delivery, result), Reach.Answered, said);
        }
        catch (DicomNetworkException e) when (e.Error == DicomNetworkError.ContextNotAccepted)
        {
            // It is there, and may take other things.
            return new Attempt(StudyNewsVerdict.NotTaken(delivery, e.Message), Reach.Answered);
        }
    }

    private static Task<InstanceResult> TellAsync(
        DicomClient client, DeliveryRow delivery, DataSet content, CancellationToken cancellationToken) =>
        delivery.Kind == DicomKinds.CommitmentReport
            ? client.ReportEventAsync(
                Uids.StorageCommitmentPushModel, Uids.StorageCommitmentPushModelInstance, DicomKinds.EventTypeOf(delivery.Event), content,
                cancellationToken)
            : client.CreateAsync(Uids.InstanceAvailabilityNotification, delivery.ControlId, content, cancellationToken);
}
