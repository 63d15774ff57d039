namespace CloudPacs.Store.Deliveries;

/// <summary>How a destination is sent to.</summary>
/// <param name="Connections">Most connections side by side.</param>
/// <param name="FirstPause">After a failure; it doubles with each further one.</param>
/// <param name="LongestPause">What it does not pass.</param>
public sealed record DeliveryOptions(int Connections, TimeSpan FirstPause, TimeSpan LongestPause);
