using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>DICOM over TLS (PS3.15 B.12) between the engine and DCMTK, by the engine's settings.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly ScratchFolder files = new();
    private readonly X509Certificate2 authority = Issue("CN=Hospital CA", null);

    public TlsTests()
    {
        Tool.SkipWithout("findscu");
        files.Write("authority.pem", authority.ExportCertificatePem());
        Write("server", authority);
        Write("modality", authority);
        using var other = Issue("CN=Other CA", null);
        Write("stranger", other);
    }

    public void Dispose()
    {
        authority.Dispose();
        files.Dispose();
    }

    [Fact]
    public async Task Dcmtk_finds_an_order_over_tls_and_proves_the_engines_certificate()
    {
        await using var engine = await StartAsync("none", out var port);
        await using var his = new HisSender(engine.MllpPort);
        Assert.Equal("AA", await his.SendAsync(new OrderText("TLS1", "TLSP1", "DOE^JANE").ToString()));

        var found = await RunAsync("findscu", port, ["+tla", "+cf", files["authority.pem"]], "-W", "-k", "0008,0050=TLS1", "-k", "0010,0010", "-k", "(0040,0100)[0].0008,0060");

        Assert.Equal(0, found.ExitCode);
        Assert.Contains("DOE^JANE", found.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "", 0)]
    [InlineData("none", "modality", 0)]
    [InlineData("optional", "", 0)]
    [InlineData("optional", "modality", 0)]
    [InlineData("optional", "stranger", 1)]
    [InlineData("required", "", 1)]
    [InlineData("required", "modality", 0)]
    [InlineData("required", "stranger", 1)]
    public async Task A_client_is_let_in_by_its_certificate(string mode, string client, int refused)
    {
        await using var engine = await StartAsync(mode, out var port);

        var echo = await RunAsync("echoscu", port, [.. Client(client), "+cf", files["authority.pem"]]);

        Assert.Equal(refused, echo.ExitCode == 0 ? 0 : 1);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
    }

    [Fact]
    public async Task A_station_is_bound_to_its_certificate()
    {
        Write("other", authority);
        await using var engine = await StartAsync("required", out var port, ("DICOM__STATIONS__CT1__CERTIFICATE", "CN=modality"));

        var own = await RunAsync("echoscu", port, [.. Client("modality"), "+cf", files["authority.pem"]], "-aet", "CT1");
        var foreign = await RunAsync("echoscu", port, [.. Client("other"), "+cf", files["authority.pem"]], "-aet", "CT1");

        Assert.Equal(0, own.ExitCode);
        Assert.NotEqual(0, foreign.ExitCode);
        Assert.Contains("Calling AE Title Not Recognized", foreign.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Dcmtk_turns_down_an_engine_whose_certificate_comes_from_elsewhere_and_plain_text_gets_nowhere()
    {
        files.Write("wrong.pem", File.ReadAllText(files["stranger.pem"]));
        await using var engine = await StartAsync("none", out var port);

        var distrusting = await RunAsync("echoscu", port, ["+tla", "+cf", files["wrong.pem"]]);
        var plain = await RunAsync("echoscu", port, []);

        Assert.NotEqual(0, distrusting.ExitCode);
        Assert.NotEqual(0, plain.ExitCode);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
    }

    private static Task<ToolResult> RunAsync(string program, int port, string[] tls, params string[] arguments) =>
        Tool.RunAsync(program, [.. tls, .. arguments, "-to", "20", "-aec", "CLOUDPACS", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]);

    private string[] Client(string name) => name.Length == 0 ? ["+tla"] : ["+tls", files[name + ".key"], files[name + ".pem"]];

    private Task<EngineProcess> StartAsync(string mode, out int port, params (string, string)[] settings)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        return EngineProcess.StartNewAsync(
            [("DICOM__TLSPORT", $"{port}"), ("DICOM__TLS__CERTIFICATEFILE", files["server.pem"]), ("DICOM__TLS__KEYFILE", files["server.key"]),
             ("DICOM__TLS__CLIENTCERTIFICATE", mode), ("DICOM__TLS__TRUSTEDAUTHORITIESFILE", files["authority.pem"]), .. settings]);
    }

    private void Write(string name, X509Certificate2 issuer)
    {
        using var certificate = Issue($"CN={name}", issuer);
        files.Write($"{name}.pem", certificate.ExportCertificatePem());
        files.Write($"{name}.key", certificate.GetRSAPrivateKey()!.ExportRSAPrivateKeyPem());
    }

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (issuer is null)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        }

        using var issued = request.Create(issuer, now.AddDays(-1), now.AddDays(5), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
