using System.Net;
using System.Net.Sockets;
using CloudPacs.Dicom.Network;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Hosting;

/// <summary>Opens the DICOM port, and the TLS port when a certificate is set.</summary>
internal sealed class DicomHost(
    EngineSettings settings, IReadOnlyDictionary<string, IDimseService> services, IAssociationPolicy policy, TimeProvider clock,
    ILogger<DicomHost> logger)
{
    private readonly List<DicomServer> _servers = [];

    public IReadOnlyList<DicomServer> Servers => _servers;

    /// <exception cref="StartException">A port cannot be opened.</exception>
    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync("Dicom:Port", settings.Dicom.Port, tls: null, cancellationToken);
        if (settings.Dicom.Tls is not { } tls) return;
        await OpenAsync("Dicom:TlsPort", settings.Dicom.TlsPort, new DicomServerTls
        {
            Certificate = CertificateFiles.Load(tls, "Dicom:Tls", clock),
            Intermediates = CertificateFiles.LoadIntermediates(tls, "Dicom:Tls"),
            ClientCertificates = Enum.Parse<ClientCertificateMode>(tls.ClientCertificate, ignoreCase: true),
            TrustedAuthorities = CertificateFiles.LoadAuthorities(tls, "Dicom:Tls"),
        }, cancellationToken);
    }

    /// <summary>No new associations; running operations finish, then everything is closed.</summary>
    public Task StopAsync(TimeSpan drain) => Task.WhenAll(_servers.Select(server => server.StopAsync(drain)));

    private async Task OpenAsync(string key, int port, DicomServerTls? tls, CancellationToken cancellationToken)
    {
        var options = new DicomServerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Parse(settings.Dicom.BindAddress), port),
            AeTitles = [settings.Dicom.AeTitle],
            Tls = tls,
            MaxAssociations = settings.Dicom.MaxAssociations,
            MaxAssociationsPerAe = settings.Dicom.MaxAssociationsPerAe,
            MaxPduBytes = settings.Dicom.MaxPduBytes,
            IdleTimeout = settings.Dicom.IdleTimeout,
        };
        var server = new DicomServer(options, services, policy, new DicomLog(logger), clock);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            await server.DisposeAsync();
            throw new StartException(PortProblem.Text(key, options.EndPoint, e), e);
        }

        _servers.Add(server);
        Log.Listening(logger, tls is null ? "DICOM" : "DICOM over TLS", server.EndPoint);
    }
}
