using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Performed steps over DICOM: N-CREATE and N-SET to a manager of performed steps (PS3.4 F.7), or N-EVENT-REPORT to one that wants to be
/// notified (F.9).
/// </summary>
internal sealed class MppsLink(string callingAe, MppsReceiverSettings settings, DicomClientTls? tls, TimeProvider clock) : DicomLink(clock)
{
    protected override async Task<Attempt> InvokeAsync(DicomClient client, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        var result = await AskAsync(client, delivery, cancellationToken);
        return new Attempt(
            MppsVerdict.Of(delivery, result), Reach.Answered, Encoding.UTF8.GetBytes($"{result.Status:X4}H {result.ErrorComment}"));
    }

    protected override DicomClientOptions Options(string kind)
    {
        var isTelling = kind == PerformedWriter.Events;
        var sopClass = isTelling ? Uids.ModalityPerformedProcedureStepNotification : Uids.ModalityPerformedProcedureStep;
        return new DicomClientOptions
        {
            Host = settings.Host,
            Port = settings.Port,
            CallingAe = callingAe,
            CalledAe = settings.AeTitle,
            Tls = tls,
            Contexts = [ProposedContext.LittleEndian(sopClass)],
            // Who tells of events is the SCP (PS3.7 D.3.3.4).
            Roles = isTelling
                ? new Dictionary<string, RoleSelection> { [sopClass] = new(IsScu: false, IsScp: true) }
                : new Dictionary<string, RoleSelection>(),
            ConnectTimeout = settings.ConnectTimeout,
            AssociationTimeout = settings.ConnectTimeout,
            ResponseTimeout = settings.AnswerTimeout,
        };
    }

    private async Task<InstanceResult> AskAsync(DicomClient client, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        // The id of the delivery is that of the instance.
        var uid = delivery.ControlId;
        if (delivery.Kind == PerformedWriter.Events)
        {
            var type = PerformedEvents.TypeOf(delivery.Event);
            return await client.ReportEventAsync(Uids.ModalityPerformedProcedureStepNotification, uid, type, null, cancellationToken);
        }

        var attributes = Attributes.Decode(delivery.Payload).Copy().Set(Tags.SpecificCharacterSet, settings.CharacterSet);
        return delivery.Event == PerformedEvents.Started
            ? await client.CreateAsync(Uids.ModalityPerformedProcedureStep, uid, attributes, cancellationToken)
            : await client.SetAsync(Uids.ModalityPerformedProcedureStep, uid, attributes, cancellationToken);
    }
}
