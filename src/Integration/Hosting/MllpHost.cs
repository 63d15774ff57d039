using System.Net;
using System.Net.Sockets;
using CloudPacs.Integration.Messages;
using CloudPacs.Mllp;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Hosting;

/// <summary>Opens the MLLP listeners of the settings and closes them.</summary>
internal sealed class MllpHost(
    EngineSettings settings, Func<ListenerProfile, IMllpReceiver> receiverOf, TimeProvider clock, ILogger<MllpHost> logger)
{
    private const string MainName = "main";
    private readonly List<MllpListener> _listeners = [];
    private readonly LogPace _refused = new();
    private readonly LogPace _displaced = new();

    public IReadOnlyList<MllpListener> Listeners => _listeners;

    /// <exception cref="StartException">A port cannot be opened.</exception>
    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(MainName, "Mllp", settings.Mllp, cancellationToken);
        foreach (var (name, listener) in settings.Mllp.Listeners)
            await OpenAsync(name, $"Mllp:Listeners:{name}", listener, cancellationToken);
    }

    /// <summary>No new connections; messages in flight finish and are answered, then everything is closed.</summary>
    public Task StopAsync(TimeSpan drain) => Task.WhenAll(_listeners.Select(listener => listener.StopAsync(drain)));

    private async Task OpenAsync(string name, string key, MllpListenerSettings link, CancellationToken cancellationToken)
    {
        var options = new MllpListenerOptions
        {
            Name = name,
            EndPoint = new IPEndPoint(IPAddress.Parse(link.BindAddress), link.Port),
            Tls = link.Tls is { } tls ? TlsOf(tls, key) : null,
            MaxConnections = link.MaxConnections,
            MaxFrameBytes = link.MaxFrameBytes,
            MaxInFlight = link.MaxInFlight,
            MaxBufferedBytes = Math.Max(512L * 1024 * 1024, 4L * link.MaxFrameBytes),
            AllowUnframed = link.AllowUnframed,
            OnlyEndBlockEnds = link.AllowUtf16,
            EndPause = link.EndPause,
            Release2 = link.Release2,
            OnFull = (remote, displaced) => TellFull(name, remote, displaced),
            OnError = (connection, e) => Log.MllpConnectionFailed(logger, e, name, connection?.Id ?? 0),
        };
        var listener = new MllpListener(options, receiverOf(new ListenerProfile(name, link)), clock);
        try
        {
            await listener.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            await listener.DisposeAsync();
            throw new StartException(PortProblem.Text($"{key}:Port", options.EndPoint, e), e);
        }

        _listeners.Add(listener);
        Log.Listening(logger, $"MLLP ({name})", listener.EndPoint);
    }

    private void TellFull(string name, IPEndPoint remote, IPEndPoint? displaced)
    {
        if (!(displaced is null ? _refused : _displaced).Lets(clock.GetUtcNow(), out var leftOut)) return;
        if (displaced is null) Log.MllpConnectionRefused(logger, name, remote, leftOut);
        else Log.MllpConnectionDisplaced(logger, name, displaced, remote, leftOut);
    }

    private MllpServerTls TlsOf(TlsSettings tls, string key)
    {
        var authorities = CertificateFiles.LoadAuthorities(tls, $"{key}:Tls");
        var certificate = CertificateFiles.Load(tls, $"{key}:Tls", clock);
        return new MllpServerTls
        {
            Certificate = () => certificate,
            Intermediates = CertificateFiles.LoadIntermediates(tls, $"{key}:Tls"),
            ClientCertificate = Enum.Parse<MllpClientCertificateMode>(tls.ClientCertificate, ignoreCase: true),
            TrustedAuthorities = authorities.Count > 0 ? authorities : null,
        };
    }
}
