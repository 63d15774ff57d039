using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// C-MOVE: the instances go to another application entity (PS3.4 C.4.2). A lost association is opened again once.
/// </summary>
internal sealed class DestinationReceiver(ServerAssociation association, CommandSet request) : IInstanceReceiver
{
    private readonly MoveOriginator _originator = new(association.Info.CallingAe, request.MessageIdOrZero);
    private InstanceSender? _sender;
    private bool _wasLost;
    private StoreResult? _end;

    public IReadOnlyList<IStoredInstance> Prepare(RetrievePlan plan, ushort priority)
    {
        _sender = new InstanceSender(plan.Destination!, plan.Instances, association.Time)
        {
            Originator = _originator, Priority = priority, Report = e => association.ReportFailure("C-MOVE", e),
        };
        return _sender.Instances;
    }

    public async Task<StoreResult> StoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        while (_end is null)
        {
            try
            {
                return await _sender!.StoreAsync(instance, cancellationToken).ConfigureAwait(false);
            }
            catch (DicomNetworkException e) when (!cancellationToken.IsCancellationRequested)
            {
                // Without an association there is none to be lost: it cannot be had, or not again.
                if (!_sender!.IsReached || _wasLost) _end = new StoreResult(DimseStatus.OutOfResources, e.Message);
                _wasLost = true;
            }
        }

        return _end.Value;
    }

    public ValueTask DisposeAsync() => _sender?.DisposeAsync() ?? default;
}
