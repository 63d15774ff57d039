using System.Diagnostics.Metrics;

namespace CloudPacs.Store.Deliveries;

/// <summary>
/// Measures of what other systems are told, meter <c>CloudPacs.Outbound</c>: attempts of this engine, and how each destination stands in
/// the database, which all engines on it say alike.
/// </summary>
public sealed class DeliveryMetrics : IDisposable
{
    /// <summary>Outcome of an attempt that found nobody there.</summary>
    internal const string NotReached = "unreachable";

    /// <summary>Outcome of an attempt whose answer did not come, or was none.</summary>
    internal const string NotAnswered = "unanswered";

    private static readonly Meter Own = new("CloudPacs.Outbound");

    private static readonly Counter<long> Attempts = Own.CreateCounter<long>(
        "cloudpacs.deliveries.attempts", "{attempt}", "Attempts to deliver, by destination and outcome.");

    /// <summary>A long queue takes long to count: it is counted for a fiftieth of the time at most.</summary>
    private const int Share = 50;

    private readonly Meter _meter = new("CloudPacs.Outbound.Destinations");
    private readonly DeliveryQueries _deliveries;
    private readonly IReadOnlyList<string> _names;
    private readonly TimeProvider _clock;
    private volatile IReadOnlyList<DestinationStatus> _status = [];
    private DateTimeOffset _nextCount;

    /// <param name="deliveries">Where they are counted.</param>
    /// <param name="names">Destinations that are shown though nothing waits for them, so that their lines do not end.</param>
    /// <param name="clock">Time.</param>
    public DeliveryMetrics(DeliveryQueries deliveries, IReadOnlyList<string> names, TimeProvider clock)
    {
        _deliveries = deliveries;
        _names = names;
        _clock = clock;
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.open", Open, "{delivery}", "Deliveries that are not done, by destination and state.");
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.oldest", Oldest, "s", "Age of the delivery of a destination that waits longest.");
        _meter.CreateObservableGauge(
            "cloudpacs.deliveries.paused", Paused, "{destination}", "1 for a destination that a person has paused.");
    }

    /// <summary>An attempt ended.</summary>
    internal static void Attempted(string destination, string outcome) =>
        Attempts.Add(1, new("destination", destination), new("outcome", outcome));

    internal static string Name(DeliveryState state) => state switch
    {
        DeliveryState.Sent => "sent",
        DeliveryState.Parked => "parked",
        _ => "waiting",
    };

    /// <summary>Asks the database how the destinations stand, unless it was asked a short while ago.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var begun = _clock.GetUtcNow();
        if (begun < _nextCount) return;
        var known = await _deliveries.StatusAsync(cancellationToken).ConfigureAwait(false);
        var idle = _names.Where(name => known.All(status => status.Name != name));
        _status = [.. known, .. idle.Select(static name => new DestinationStatus(name, 0, 0, null, false, null))];
        var ended = _clock.GetUtcNow();
        _nextCount = ended + ((ended - begun) * Share);
    }

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
