using CloudPacs.Dicom.Network;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Deliveries over DICOM: an association is opened when something is to be sent and released when nothing is. One is used for one kind of
/// deliveries, as each kind proposes contexts and roles of its own.
/// </summary>
internal abstract class DicomLink(TimeProvider clock) : IDeliveryLink
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
            return await InvokeAsync(_client, delivery, cancellationToken);
        }
        catch (DicomNetworkException e)
        {
            await DisposeAsync();
            return new Attempt(Waiting(e), ReachOf(e));
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

    /// <summary>How far an attempt came that ended with the association.</summary>
    public static Reach ReachOf(DicomNetworkException e) => e.Error switch
    {
        DicomNetworkError.ContextNotAccepted => Reach.NotConnected,
        DicomNetworkError.Aborted or DicomNetworkError.ConnectionLost or DicomNetworkError.Released => Reach.Ended,
        _ => Reach.Unanswered,
    };

    public static Verdict Waiting(DicomNetworkException e) => new(DeliveryState.Waiting, Verdict.Plain(e.Message));

    /// <summary>How the association is asked for by which a kind of deliveries is sent.</summary>
    protected abstract DicomClientOptions Options(string kind);

    /// <exception cref="DicomNetworkException">The association broke.</exception>
    /// <exception cref="InvalidDataException">The delivery cannot be read.</exception>
    protected abstract Task<Attempt> InvokeAsync(DicomClient client, DeliveryRow delivery, CancellationToken cancellationToken);
}
