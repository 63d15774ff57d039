using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>DICOM over TLS (PS3.15 B.12) between the engine and DCMTK, by the engine's settings.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new("engine", "modality", "other");

    public TlsTests() => Tool.SkipWithout("findscu");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Dcmtk_finds_an_order_over_tls_proves_the_engines_certificate_and_plain_text_gets_nowhere()
    {
        await using var engine = await StartAsync("none", out var port);
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("TLS1", "TLSP1", "DOE^JANE"));

        var found = await RunAsync("findscu", port, ["+tla", "+cf", _authority["authority.pem"]], "-W", "-k", "0008,0050=TLS1", "-k", "0010,0010", "-k", "(0040,0100)[0].0008,0060");
        var distrusting = await RunAsync("echoscu", port, ["+tla", "+cf", _authority["stranger.pem"]]);
        var plain = await RunAsync("echoscu", port, []);

        Assert.Equal(0, found.ExitCode);
        Assert.Contains("DOE^JANE", found.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, distrusting.ExitCode);
        Assert.NotEqual(0, plain.ExitCode);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
    }

    /// <summary>Who is let in by each mode; <c>-</c> is a client without a certificate, and CT1 is bound to the one of <c>modality</c>.</summary>
    [Theory]
    [InlineData("optional", "- modality other", "stranger")]
    [InlineData("required", "modality other", "- stranger")]
    public async Task A_client_is_let_in_by_its_certificate(string mode, string admitted, string refused)
    {
        await using var engine = await StartAsync(mode, out var port, ("DICOM__STATIONS__CT1__CERTIFICATE", "CN=modality"));

        foreach (var client in admitted.Split(' ')) Assert.Equal((client, 0), (client, (await EchoAsync(client, port, "OTHER")).ExitCode));
        foreach (var client in refused.Split(' ')) Assert.NotEqual((client, 0), (client, (await EchoAsync(client, port, "OTHER")).ExitCode));
        Assert.Equal(0, (await EchoAsync("modality", port, "CT1")).ExitCode);
        var foreign = await EchoAsync("other", port, "CT1");
        Assert.NotEqual(0, foreign.ExitCode);
        Assert.Contains("Calling AE Title Not Recognized", foreign.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
    }

    /// <summary>Performed steps leave over TLS too, and only to a system that its authority vouches for.</summary>
    [Theory]
    [InlineData("engine", "engine", true)]
    [InlineData("engine", "another", false)]
    [InlineData("stranger", "stranger", false)]
    public async Task A_receiver_of_performed_steps_is_known_by_its_certificate(string certificate, string serverName, bool isTold)
    {
        await using var manager = new MppsManager();
        using var identity = X509Certificate2.CreateFromPemFile(_authority[certificate + ".pem"], _authority[certificate + ".key"]);
        await manager.ComeAsync(new DicomServerTls
        {
            Certificate = X509CertificateLoader.LoadPkcs12(identity.Export(X509ContentType.Pkcs12), null),
            ClientCertificates = ClientCertificateMode.Required, TrustedAuthorities = [_authority.Certificate],
        });
        const string Receiver = "OUTBOUND__MPPSRECEIVERS__pacs";
        await using var engine = await EngineInside.StartNewAsync(
            [(Receiver + "__HOST", "127.0.0.1"), (Receiver + "__PORT", $"{manager.Port}"), (Receiver + "__AETITLE", "PPSM"), (Receiver + "__FIRSTPAUSE", "00:00:00.1"),
             .. _authority.ClientSettings(Receiver, serverName, "modality")]);
        var order = new OrderText("TLS2", "TLSP2", "DOE^JANE");

        await DcmjsMpps.ReportAsync(engine, DcmjsMpps.Create("1.2.3.9", order));
        for (var left = 500; left > 0 && manager.Requests.Count == 0 && (isTold || !engine.Errors.Contains("cannot be reached", StringComparison.Ordinal)); left--)
            await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.Equal(isTold ? ["1.2.3.9"] : [], manager.Requests.Select(static one => one.Uid));
        Assert.Contains(isTold ? "" : "TLS handshake", engine.Errors, StringComparison.Ordinal);
    }

    private Task<ToolResult> EchoAsync(string client, int port, string calling) =>
        RunAsync("echoscu", port, _authority.DcmtkOptions(client), "-aet", calling);

    private static Task<ToolResult> RunAsync(string program, int port, string[] tls, params string[] arguments) =>
        Tool.RunAsync(program, [.. tls, .. arguments, "-to", "20", "-aec", "CLOUDPACS", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]);

    private Task<EngineInside> StartAsync(string mode, out int port, params (string, string)[] settings)
    {
        port = Ports.Free();
        return EngineInside.StartNewAsync([.. _authority.ServerSettings(port, mode), .. settings]);
    }
}
