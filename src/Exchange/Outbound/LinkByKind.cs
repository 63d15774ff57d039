using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>One way to a destination for each kind of deliveries, of which one is open at a time.</summary>
/// <param name="links">By kind.</param>
internal sealed class LinkByKind(IReadOnlyDictionary<string, IDeliveryLink> links) : IDeliveryLink
{
    public bool IsOpen => links.Values.Any(static link => link.IsOpen);

    public async Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        if (!links.TryGetValue(delivery.Kind, out var link))
            return new Attempt(new Verdict(DeliveryState.Parked, "There is no way for what is of this kind."), Reach.NotSendable);
        foreach (var other in links.Values.Where(other => other != link && other.IsOpen)) await other.RestAsync();
        return await link.SendAsync(delivery, cancellationToken);
    }

    public async Task RestAsync()
    {
        foreach (var link in links.Values) await link.RestAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in links.Values.Distinct()) await link.DisposeAsync();
    }
}
