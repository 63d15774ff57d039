using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_message_travels_over_TLS()
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.None);
        await using var client = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example" });

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);

        Assert.Equal((MllpAnswerStatus.Answered, "MSA|MSH|1"), (answer.Status, Encoding.UTF8.GetString(answer.Payload.Span)));
        Assert.Null((await fixture.Receiver.NextConnectionAsync()).ClientCertificate);
    }

    [Fact]
    public async Task The_receiver_learns_the_certificate_of_the_sender()
    {
        using var certificate = _certificates.Issue("his", isServer: false, "his.example");
        await using var fixture = await StartAsync(MllpClientCertificateMode.Required);
        await using var client = Client(
            fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example", Certificate = () => certificate });

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);

        Assert.Equal(MllpAnswerStatus.Answered, answer.Status);
        var peer = (await fixture.Receiver.NextConnectionAsync()).ClientCertificate;
        Assert.NotNull(peer);
        Assert.Equal(("his", "CN=his, O=Hospital", "his.example"), (peer.CommonName, peer.Subject, Assert.Single(peer.DnsNames)));
        Assert.True(peer.IsNamed("HIS.example") && peer.IsNamed(peer.Thumbprint) && peer.IsNamed("CN=his, O=Hospital"));
        Assert.False(peer.IsNamed("his"));
    }

    [Fact]
    public async Task A_client_without_the_required_certificate_is_refused()
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.Required);
        await using var client = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example" });

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);

        Assert.False(answer.IsAnswered);
        Assert.IsAssignableFrom<AuthenticationException>(await fixture.NextErrorAsync());
        Assert.False(fixture.Receiver.HasMore);
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_is_refused_even_where_none_is_required()
    {
        using var others = new TestCertificates();
        using var foreign = others.Issue("his", isServer: false, "his.example");
        await using var fixture = await StartAsync(MllpClientCertificateMode.Optional);
        await using var client = Client(
            fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example", Certificate = () => foreign });

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);

        Assert.False(answer.IsAnswered);
        Assert.False(fixture.Receiver.HasMore);
    }

    [Fact]
    public async Task A_client_may_do_without_an_optional_certificate()
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.Optional);
        await using var client = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example" });

        Assert.True((await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token)).IsAnswered);
    }

    [Fact]
    public async Task The_listener_may_refuse_a_valid_certificate()
    {
        using var certificate = _certificates.Issue("stranger", isServer: false, "stranger.example");
        await using var fixture = await StartAsync(MllpClientCertificateMode.Required, isWelcome: name => name != "CN=stranger, O=Hospital");
        await using var client = Client(
            fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example", Certificate = () => certificate });

        Assert.False((await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token)).IsAnswered);
    }

    [Theory]
    [InlineData("other.example", true)]
    [InlineData("engine.example", false)]
    public async Task A_client_trusts_only_the_right_server_name_and_authority(string serverName, bool isTrusted)
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.None);
        using var others = new TestCertificates();
        var roots = isTrusted ? _certificates.Roots : others.Roots;
        await using var client = Client(fixture, new() { TrustedAuthorities = roots, ServerName = serverName });

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);

        Assert.Equal(MllpAnswerStatus.NotConnected, answer.Status);
    }

    [Fact]
    public async Task Plain_text_on_a_TLS_port_ends_at_once()
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.None);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");

        Assert.DoesNotContain("MSA", await peer.ReadToEndAsync(), StringComparison.Ordinal);
        await fixture.NextErrorAsync();
        Assert.Equal(1, fixture.Counters["handshakes.failed"]);
        Assert.False(fixture.Receiver.HasMore);
    }

    [Fact]
    public async Task A_peer_that_is_silent_in_the_handshake_holds_up_nobody_and_is_given_up()
    {
        await using var fixture = await StartAsync(MllpClientCertificateMode.None);
        await using var silent = await fixture.ConnectAsync();
        await fixture.Time.Armed(TimeSpan.FromSeconds(9));

        await using var client = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "engine.example" });
        var answer = await client.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);
        fixture.Time.Advance(TimeSpan.FromSeconds(9));

        Assert.True(answer.IsAnswered);
        Assert.Equal("", await silent.ReadToEndAsync());
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_up_without_a_restart()
    {
        using var old = _certificates.Issue("engine", isServer: true, "old.example");
        using var renewed = _certificates.Issue("engine", isServer: true, "new.example");
        var current = old;
        await using var fixture = await ListenerFixture.StartAsync((name, onError) =>
            new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, Tls = new() { Certificate = () => current } });
        await using var before = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "old.example" });
        await using var after = Client(fixture, new() { TrustedAuthorities = _certificates.Roots, ServerName = "new.example" });

        var first = await before.SendAsync("MSH|1"u8.ToArray(), _ => true, Patience.Token);
        current = renewed;
        var second = await after.SendAsync("MSH|2"u8.ToArray(), _ => true, Patience.Token);

        Assert.True(first.IsAnswered && second.IsAnswered);
    }

    [Fact]
    public async Task Stopping_lets_what_is_in_flight_be_answered_over_TLS()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await StartAsync(
            MllpClientCertificateMode.None, receiver: new RecordingReceiver { BeforeAnswer = (_, _) => gate.Task });
        await using var plain = await fixture.ConnectAsync();
        await using var peer = await plain.SecureAsync(new()
        {
            TargetHost = "engine.example",
            CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _certificates.Roots[0] }, RevocationMode = X509RevocationMode.NoCheck },
        });
        await peer.SendFrameAsync("MSH|1");
        await fixture.Receiver.NextAsync();

        var stopping = fixture.Listener.StopAsync(TimeSpan.FromSeconds(17));
        gate.SetResult();

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        await peer.DisposeAsync();
        await stopping.WaitAsync(Patience.Token);
        Assert.False(fixture.HasError);
    }

    private static MllpClient Client(ListenerFixture fixture, MllpClientTls tls) => new(
        new() { Host = "127.0.0.1", Port = fixture.Listener.EndPoint.Port, Tls = tls, MaxAttempts = 1 }, TimeProvider.System);

    private Task<ListenerFixture> StartAsync(MllpClientCertificateMode mode, Func<string, bool>? isWelcome = null, RecordingReceiver? receiver = null)
    {
        var certificate = _certificates.Issue("engine", isServer: true, "engine.example");
        MllpListenerOptions Options(string name, Action<MllpConnection?, Exception> onError) => new()
        {
            Name = name,
            EndPoint = ListenerFixture.AnyPort,
            OnError = onError,
            Tls = new()
            {
                Certificate = () => certificate,
                ClientCertificate = mode,
                TrustedAuthorities = _certificates.Roots,
                Validate = isWelcome is null ? null : (peer, _, errors) => errors == SslPolicyErrors.None && isWelcome(peer.Subject),
                HandshakeTimeout = TimeSpan.FromSeconds(9),
            },
        };
        return ListenerFixture.StartAsync(Options, receiver);
    }
}
