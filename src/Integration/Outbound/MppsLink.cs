using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>
/// Performed steps over DICOM: N-CREATE and N-SET to a manager of performed steps (PS3.4 F.7), or N-EVENT-REPORT to one that wants to be
/// notified (F.9). An association is opened when something is to be sent and released when nothing is.
/// </summary>
internal sealed class MppsLink(string callingAe, MppsReceiverSettings settings, DicomClientTls? tls, TimeProvider clock) : IDeliveryLink
{
    private DicomClient? _client;
    private string _kind = "";

    public bool IsOpen => _client is not null;

    public async Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        // Of another kind are what waits from before the settings said otherwise.
        if (_kind != delivery.Kind) await RestAsync();
        try
        {
            _client ??= await DicomClient.ConnectAsync(Options(_kind = delivery.Kind), clock, cancellationToken);
        }
        catch (DicomNetworkException e)
        {
            return new Attempt(Waiting(e), Reach.NotConnected);
        }

        try
        {
            var result = await InvokeAsync(_client, delivery, cancellationToken);
            return new Attempt(
                MppsVerdict.Of(delivery, result), Reach.Answered, Encoding.UTF8.GetBytes($"{result.Status:X4}H {result.ErrorComment}"));
        }
        catch (DicomNetworkException e)
        {
            await DisposeAsync();
            return new Attempt(Waiting(e), e.Error switch
            {
                DicomNetworkError.ContextNotAccepted => Reach.NotConnected,
                DicomNetworkError.Aborted or DicomNetworkError.ConnectionLost or DicomNetworkError.Released => Reach.Ended,
                _ => Reach.Unanswered,
            });
        }
        catch (InvalidDataException e)
        {
            return new Attempt(new Verdict(DeliveryState.Parked, Verdict.Plain(e.Message)), Reach.NotSendable);
        }
    }

    public async Task RestAsync()
    {
        if (_client is not { } client) return;
        try
        {
            await client.ReleaseAsync(CancellationToken.None);
        }
        catch (DicomNetworkException)
        {
            // It has ended by itself.
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is { } client) await client.DisposeAsync();
        _client = null;
    }

    private async Task<InstanceResult> InvokeAsync(DicomClient client, DeliveryRow delivery, CancellationToken cancellationToken)
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

    private DicomClientOptions Options(string kind)
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

    private static Verdict Waiting(DicomNetworkException e) => new(DeliveryState.Waiting, Verdict.Plain(e.Message));
}
