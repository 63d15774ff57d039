using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// C-MOVE: the instances go to another application entity (PS3.4 C.4.2), over as many associations, one after the other, as their
/// presentation contexts need. A lost association is opened again once.
/// </summary>
internal sealed class DestinationReceiver(ServerAssociation association, CommandSet request) : IInstanceReceiver
{
    private readonly MoveOriginator _originator = new(association.Info.CallingAe, request.MessageIdOrZero);
    private ContextPlan _contexts = ContextPlan.None;
    private DicomClientOptions? _destination;
    private DicomClient? _client;
    private int _opened;
    private bool _wasLost;
    private ushort _priority;
    private StoreResult? _end;

    public IReadOnlyList<IStoredInstance> Prepare(RetrievePlan plan, ushort priority)
    {
        (_destination, _priority, _contexts) = (plan.Destination, priority, ContextPlan.Of(plan.Instances));
        return _contexts.Associations.Count > 1
            ? [.. plan.Instances.OrderBy(instance => _contexts.AssociationOf(instance))]
            : plan.Instances;
    }

    public async Task<StoreResult> StoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        while (_end is null)
        {
            try
            {
                return await TryStoreAsync(instance, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Who asked is gone: the destination is not to be waited for.
                await CloseAsync().ConfigureAwait(false);
                throw;
            }
            catch (DicomNetworkException e) when (e.Error == DicomNetworkError.FailureStatus)
            {
                return new StoreResult(e.Status!.Value, e.ErrorComment);
            }
            catch (DicomNetworkException e)
            {
                // Without an association there is none to be lost: it cannot be had, or not again.
                if (_client is null || _wasLost) _end = new StoreResult(DimseStatus.OutOfResources, e.Message);
                _wasLost = true;
                await CloseAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // It could not be read to its end, which has cost the association.
                association.ReportFailure("C-MOVE", e);
                await CloseAsync().ConfigureAwait(false);
                return InstanceSending.Unreadable;
            }
        }

        return _end.Value;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client is not null) await _client.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DicomNetworkException)
        {
            // It has ended by itself.
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async Task<StoreResult> TryStoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(_contexts.AssociationOf(instance), cancellationToken).ConfigureAwait(false);
        if (client.AcceptedSyntax(instance.SopClassUid) is null)
            return new StoreResult(DimseStatus.SopClassNotSupported, $"SOP class {instance.SopClassUid} was not accepted");
        if (InstanceSending.Choose(instance, one => client.Accepts(instance.SopClassUid, one)) is not { } syntax)
            return InstanceSending.NotTaken(instance);

        return await InstanceSending.SendAsync(
            instance,
            syntax,
            async dataSet => new StoreResult(await client.StoreAsync(
                instance.SopClassUid, instance.SopInstanceUid, syntax, dataSet, _originator, _priority, cancellationToken)
                .ConfigureAwait(false)),
            e => association.ReportFailure("C-MOVE", e),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<DicomClient> OpenAsync(int number, CancellationToken cancellationToken)
    {
        if (_client is not null && _opened == number) return _client;
        await DisposeAsync().ConfigureAwait(false);
        _opened = number;
        return _client = await DicomClient.ConnectAsync(
            _destination! with { Contexts = _contexts.Associations[number] }, association.Time, cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        if (_client is { } client) await client.DisposeAsync().ConfigureAwait(false);
        _client = null;
    }
}
