using CloudPacs.Integration.Settings;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>Asks the database again and again how the destinations stand, for the metrics.</summary>
internal sealed class DeliveryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A long queue takes long to count: it is counted for a fiftieth of the time at most.</summary>
    private const int Share = 50;

    private readonly OutboundSettings _settings;
    private readonly DeliveryQueries _deliveries;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly DeliveryMetrics _metrics;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public DeliveryWatch(OutboundSettings settings, DeliveryQueries deliveries, TimeProvider clock, ILogger<DeliveryWatch> logger)
    {
        _settings = settings;
        _deliveries = deliveries;
        _clock = clock;
        _logger = logger;
        _metrics = new DeliveryMetrics(clock);
        _loop = settings.Names().Any() ? Task.Run(RunAsync) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var begun = _clock.GetTimestamp();
            try
            {
                _metrics.Show(WithAll(await _deliveries.StatusAsync(_stopping.Token)));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // What was known last stays.
                Log.UpkeepFailed(_logger, e, "Counting deliveries for the metrics");
            }

            var pause = TimeSpan.FromTicks(Math.Max(Interval.Ticks, _clock.GetElapsedTime(begun).Ticks * Share));
            await Task.Delay(pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A destination for which nothing waits is shown with nothing, so that its line does not end.</summary>
    private List<DestinationStatus> WithAll(IReadOnlyList<DestinationStatus> known) =>
    [
        .. known,
        .. _settings.Names().Where(name => known.All(status => status.Name != name))
            .Select(static name => new DestinationStatus(name, 0, 0, null, false, null)),
    ];
}
