using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class TlsTests
{
    private static readonly X509Certificate2 Authority = CreateAuthority("CN=Hospital CA");
    private static readonly X509Certificate2 OtherAuthority = CreateAuthority("CN=Other CA");
    private static readonly X509Certificate2 ServerCertificate = Issue(Authority, "CN=localhost");
    private static readonly X509Certificate2 ClientCertificate = Issue(Authority, "CN=modality");
    private static readonly X509Certificate2 OtherCertificate = Issue(OtherAuthority, "CN=stranger");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DicomServerOptions Options(ClientCertificateMode mode) => new()
    {
        Tls = new DicomServerTls { Certificate = ServerCertificate, ClientCertificates = mode, TrustedAuthorities = [Authority] },
        TlsHandshakeTimeout = TimeSpan.FromSeconds(20),
    };

    private static DicomClientOptions ClientOptions(TestServer server, X509Certificate2? certificate, X509Certificate2? trusted = null) =>
        server.ClientOptions() with { Tls = new DicomClientTls { ServerName = "localhost", ClientCertificate = certificate, TrustedAuthorities = [trusted ?? Authority] } };

    [Fact]
    public async Task Searches_run_over_tls_and_end_in_order()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(1000), Options(ClientCertificateMode.None));
        await using var client = await DicomClient.ConnectAsync(ClientOptions(server, null), TimeProvider.System, Token);

        Assert.Equal(1000, (await client.FindAllAsync(Worklist.Query(), Token)).Count);
        await client.ReleaseAsync(Token);
    }

    [Fact]
    public async Task The_policy_sees_the_clients_certificate()
    {
        var policy = new CertificatePolicy();
        await using var server = await TestServer.StartAsync(options: Options(ClientCertificateMode.Required), policy: policy);
        await using var client = await DicomClient.ConnectAsync(ClientOptions(server, ClientCertificate), TimeProvider.System, Token);

        await client.EchoAsync(Token);

        Assert.Equal(ClientCertificate.Thumbprint, policy.Seen!.ClientCertificate!.Thumbprint);
        Assert.True(policy.Seen.IsTls);
    }

    [Fact]
    public async Task An_optional_certificate_may_be_missing()
    {
        await using var server = await TestServer.StartAsync(options: Options(ClientCertificateMode.Optional));
        await using var client = await DicomClient.ConnectAsync(ClientOptions(server, null), TimeProvider.System, Token);

        await client.EchoAsync(Token);
    }

    [Theory]
    [InlineData(ClientCertificateMode.Required, false)]
    [InlineData(ClientCertificateMode.Required, true)]
    [InlineData(ClientCertificateMode.Optional, true)]
    public async Task A_missing_or_foreign_certificate_gets_no_association(ClientCertificateMode mode, bool hasForeign)
    {
        await using var server = await TestServer.StartAsync(options: Options(mode));

        // TLS 1.3 clients learn of it after their side of the handshake: as a lost connection.
        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() =>
            DicomClient.ConnectAsync(ClientOptions(server, hasForeign ? OtherCertificate : null), TimeProvider.System, Token));

        Assert.True(failure.Error is DicomNetworkError.TlsFailed or DicomNetworkError.ConnectionLost);
    }

    [Fact]
    public async Task A_server_from_another_authority_is_not_trusted()
    {
        await using var server = await TestServer.StartAsync(options: Options(ClientCertificateMode.None));

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() =>
            DicomClient.ConnectAsync(ClientOptions(server, null, OtherAuthority), TimeProvider.System, Token));

        Assert.Equal(DicomNetworkError.TlsFailed, failure.Error);
    }

    [Fact]
    public async Task A_peer_that_is_slow_with_its_handshake_holds_up_nobody_and_is_given_up()
    {
        await using var server = await TestServer.StartAsync(options: Options(ClientCertificateMode.None) with { TlsHandshakeTimeout = TimeSpan.FromMilliseconds(500) });
        using var silent = await server.ConnectRawAsync(Token);

        await using var client = await DicomClient.ConnectAsync(ClientOptions(server, null), TimeProvider.System, Token);
        await client.EchoAsync(Token);

        Assert.Null(await silent.ReadAsync(Token));
    }

    private static X509Certificate2 CreateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private sealed class CertificatePolicy : IAssociationPolicy
    {
        public AssociationInfo? Seen { get; private set; }

        public ValueTask<AssociationDecision> DecideAsync(AssociationInfo association, CancellationToken cancellationToken)
        {
            Seen = association;
            return new(AssociationDecision.Accept);
        }
    }
}
