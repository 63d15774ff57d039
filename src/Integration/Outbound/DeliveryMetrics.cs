using System.Diagnostics.Metrics;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>
/// Measures of what other systems are told, meter <c>CloudPacs.Outbound</c>: attempts of this engine, and how each destination stands in
/// the database, which all engines on it say alike.
/// </summary>
internal sealed class DeliveryMetrics : IDisposable
{
    /// <summary>Outcome of an attempt that found nobody there.</summary>
    public const string NotReached = "unreachable";

    /// <summary>Outcome of an attempt whose answer did not come, or was none.</summary>
    public const string NotAnswered = "unanswered";

    private static readonly Meter Own = new("CloudPacs.Outbound");

    private static readonly Counter<long> Attempts = Own.CreateCounter<long>(
        "cloudpacs.deliveries.attempts", "{attempt}", "Attempts to deliver, by destination and outcome.");

    private readonly Meter _meter = new("CloudPacs.Outbound.Destinations");
    private readonly TimeProvider _clock;
    private volatile IReadOnlyList<DestinationStatus> _status = [];

    public DeliveryMetrics(TimeProvider clock)
    {
        _clock = clock;
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.open", Open, "{delivery}", "Deliveries that are not done, by destination and state.");
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.oldest", Oldest, "s", "Age of the delivery of a destination that waits longest.");
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.paused", Paused, "{destination}", "1 for a destination that a person has paused.");
    }

    /// <summary>An attempt ended.</summary>
    public static void Attempted(string destination, string outcome) =>
        Attempts.Add(1, new("destination", destination), new("outcome", outcome));

    public static string Name(DeliveryState state) => state switch
    {
        DeliveryState.Sent => "sent",
        DeliveryState.Parked => "parked",
        _ => "waiting",
    };

    /// <summary>How the destinations stand now.</summary>
    public void Show(IReadOnlyList<DestinationStatus> status) => _status = status;

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Open() => _status.SelectMany(static status => (IEnumerable<Measurement<long>>)
    [
        new(status.Waiting, new("destination", status.Name), new("state", Name(DeliveryState.Waiting))),
        new(status.Parked, new("destination", status.Name), new("state", Name(DeliveryState.Parked))),
    ]);

    private IEnumerable<Measurement<double>> Oldest() => _status.Select(status => new Measurement<double>(
        status.Oldest is { } oldest ? Math.Max(0, (_clock.GetUtcNow() - oldest).TotalSeconds) : 0,
        new KeyValuePair<string, object?>("destination", status.Name)));

    private IEnumerable<Measurement<int>> Paused() => _status.Select(static status =>
        new Measurement<int>(status.IsPaused ? 1 : 0, new KeyValuePair<string, object?>("destination", status.Name)));
}
