using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Forwarding;

/// <summary>
/// What the answers to the instances of a delivery mean for it; one that is refused does not keep the others from being sent.
/// </summary>
internal sealed class ForwardVerdict(DeliveryRow delivery, int count)
{
    private readonly Dictionary<ushort, int> _refused = [];
    private bool _mayPass;
    private bool _isFinal;

    public bool IsTaken => _refused.Count == 0;

    public void Add(StoreResult result)
    {
        if (result.Status == DimseStatus.Success || DimseStatus.IsWarning(result.Status)) return;
        _refused[result.Status] = _refused.GetValueOrDefault(result.Status) + 1;
        if (StudyNewsVerdict.MayPass(result.Status)) _mayPass = true;
        else _isFinal = true;
    }

    /// <summary>What may pass is tried again, with all others, which the destination knows; what does not waits for a person.</summary>
    public Verdict Of()
    {
        if (IsTaken) return new Verdict(DeliveryState.Sent, null);
        var why = string.Join(", ", _refused.OrderBy(static one => one.Key).Select(static one => $"{one.Key:X4}H of {one.Value}"));
        var state = _mayPass && !_isFinal && StudyNewsVerdict.IsWorthMore(delivery) ? DeliveryState.Waiting : DeliveryState.Parked;
        return new Verdict(state, Verdict.Plain($"Of {count} instances were refused: {why}."));
    }
}
