using CloudPacs.Integration.Outbound;
using CloudPacs.Integration.Settings;
using CloudPacs.Store.Deliveries;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>What tells other systems: a loop for each, and a watch over how they stand.</summary>
internal sealed class OutboundHost : IAsyncDisposable
{
    private readonly List<DeliveryLoop> _loops = [];
    private readonly Func<DeliveryWatch> _watchOver;
    private DeliveryLoops? _running;
    private DeliveryWatch? _watch;

    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public OutboundHost(
        EngineSettings settings, NpgsqlDataSource database, DeliverySignal signal, DeliveryQueries deliveries, TimeProvider clock,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DeliveryLoop>();
        foreach (var (name, destination) in settings.Outbound.Destinations)
        {
            var tls = CertificateFiles.LoadMllpClient(destination.Tls, name, clock);
            Add(name, destination, () => new MllpLink(name, destination, tls, clock, logger));
        }

        foreach (var (name, receiver) in settings.Outbound.MppsReceivers)
        {
            var tls = CertificateFiles.LoadDicomClient(receiver.Tls, name, clock);
            Add(name, receiver, () => new MppsLink(settings.Dicom.AeTitle, receiver, tls, clock));
        }

        _watchOver = () => new DeliveryWatch(settings.Outbound, deliveries, clock, loggers.CreateLogger<DeliveryWatch>());

        void Add(string name, PeerSettings peer, Func<IDeliveryLink> open) =>
            _loops.Add(new DeliveryLoop(name, peer, open, database, signal, clock, new Random(), logger));
    }

    public void Start()
    {
        _running = new DeliveryLoops(_loops);
        _watch = _watchOver();
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null) await _running.DisposeAsync();
        if (_watch is not null) await _watch.DisposeAsync();
    }
}
