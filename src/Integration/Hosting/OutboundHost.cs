using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>What tells other systems: a loop for each, and a count of how they stand.</summary>
internal sealed class OutboundHost : IAsyncDisposable
{
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(5);
    private readonly List<DeliveryLoop> _loops = [];
    private readonly DeliveryMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private Upkeep? _counting;

    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public OutboundHost(
        EngineSettings settings, NpgsqlDataSource database, DeliverySignal signal, DeliveryQueries deliveries, ExchangeHost exchange,
        TimeProvider clock, ILoggerFactory loggers)
    {
        (_clock, _loggers) = (clock, loggers);
        _metrics = new DeliveryMetrics(deliveries, [.. settings.Outbound.Names(), .. settings.Dicom.DeliveryNames()], clock);
        var logger = loggers.CreateLogger<DeliveryLoop>();
        foreach (var (name, destination) in settings.Outbound.Destinations)
        {
            var tls = CertificateFiles.LoadMllpClient(destination.Tls, name, clock);
            Add(name, destination, () => new MllpLink(name, destination, tls, clock, logger));
        }

        foreach (var (name, receiver) in settings.Outbound.MppsReceivers)
        {
            var tls = CertificateFiles.LoadDicomClient(receiver.Tls, $"Outbound:MppsReceivers:{name}:Tls", clock);
            Add(name, receiver, () => new MppsLink(settings.Dicom.AeTitle, receiver, tls, clock));
        }

        foreach (var (title, destination) in settings.Dicom.Destinations)
            Add(DicomSettings.DeliveriesTo(title), destination, () => exchange.OpenLink(title));

        void Add(string name, PeerSettings peer, Func<IDeliveryLink> open) => _loops.Add(new DeliveryLoop(
            name, new DeliveryOptions(peer.Connections, peer.FirstPause, peer.LongestPause), open, database, signal, clock, new Random(),
            logger));
    }

    public void Start()
    {
        if (_loops.Count == 0) return;
        _running = Task.WhenAll(_loops.Select(loop => Task.Run(() => loop.RunAsync(_stopping.Token))));
        _counting = new Upkeep(
            "Counting deliveries for the metrics", CountInterval, _metrics.CountAsync, _clock, _loggers.CreateLogger<Upkeep>());
    }

    /// <summary>An attempt that waits for its answer is given up: it is made again, under the same id, after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_counting is not null) await _counting.DisposeAsync();
        _metrics.Dispose();
        _stopping.Dispose();
    }
}
