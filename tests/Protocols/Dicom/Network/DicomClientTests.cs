using System.Net;
using System.Net.Sockets;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class DicomClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_there_is_said_in_words()
    {
        using var server = new ScriptedServer();
        var options = server.ClientOptions();
        server.Dispose();

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => DicomClient.ConnectAsync(options, TimeProvider.System, Token));

        Assert.Equal(DicomNetworkError.ConnectFailed, failure.Error);
        Assert.StartsWith($"Cannot connect to 127.0.0.1:{options.Port}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_request_is_given_up()
    {
        using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var connecting = DicomClient.ConnectAsync(server.ClientOptions(), time, Token);
        using var peer = await server.AcceptAsync(Token);
        await peer.ReadAsync(Token);

        // The clock moves until the waiting has begun and ended.
        while (!connecting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => connecting);
        Assert.Equal(DicomNetworkError.TimedOut, failure.Error);
    }

    [Fact]
    public async Task A_server_that_aborts_the_request_is_said_to()
    {
        using var server = new ScriptedServer();
        var connecting = DicomClient.ConnectAsync(server.ClientOptions(), TimeProvider.System, Token);
        using var peer = await server.AcceptAsync(Token);

        await peer.SendAsync(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, 2 }, Token);

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => connecting);
        Assert.Equal(DicomNetworkError.Aborted, failure.Error);
        Assert.EndsWith("the peer aborted the association over a protocol error: unexpected PDU.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_is_overdue_aborts_the_association()
    {
        using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.AssociateAsync(time, Token);
        await using var _ = client;
        var echo = client.EchoAsync(Token);
        await peer.ReadMessageAsync(Token);

        time.Advance(TimeSpan.FromSeconds(60));

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => echo);
        Assert.Equal(DicomNetworkError.TimedOut, failure.Error);
        Assert.Equal(7, (await peer.ReadAsync(Token))![0]);
        peer.Dispose();
    }

    [Fact]
    public async Task A_server_that_releases_in_the_middle_gets_its_answer_and_the_caller_hears_of_it()
    {
        using var server = new ScriptedServer();
        var (client, peer) = await server.AssociateAsync(TimeProvider.System, Token);
        await using var _ = client;
        var echo = client.EchoAsync(Token);
        await peer.ReadMessageAsync(Token);

        await peer.SendAsync(RawPeer.ReleaseRq, Token);

        Assert.Equal(RawPeer.ReleaseRp, await peer.ReadAsync(Token));
        Assert.Equal(DicomNetworkError.Released, (await Assert.ThrowsAsync<DicomNetworkException>(() => echo)).Error);
        Assert.Equal(DicomNetworkError.Released, (await Assert.ThrowsAsync<DicomNetworkException>(() => client.EchoAsync(Token))).Error);
        peer.Dispose();
        await client.ReleaseAsync(Token);
    }

    [Fact]
    public async Task A_release_collision_ends_in_order()
    {
        using var server = new ScriptedServer();
        var (client, peer) = await server.AssociateAsync(TimeProvider.System, Token);
        await using var _ = client;

        var releasing = client.ReleaseAsync(Token);
        Assert.Equal(RawPeer.ReleaseRq, await peer.ReadAsync(Token));
        await peer.SendAsync(RawPeer.ReleaseRq, Token);
        Assert.Equal(RawPeer.ReleaseRp, await peer.ReadAsync(Token));
        await peer.SendAsync(RawPeer.ReleaseRp, Token);

        Assert.Null(await peer.ReadAsync(Token));
        peer.Dispose();
        await releasing.WaitAsync(Token);
    }

    [Fact]
    public async Task Callers_that_wait_for_the_window_hear_of_the_end()
    {
        using var server = new ScriptedServer();
        var (client, peer) = await server.AssociateAsync(TimeProvider.System, Token);
        await using var _ = client;
        var echoes = Enumerable.Range(0, 5).Select(_ => client.EchoAsync(Token)).ToList();
        await peer.ReadMessageAsync(Token);

        peer.Dispose();

        foreach (var echo in echoes)
            Assert.Equal(DicomNetworkError.ConnectionLost, (await Assert.ThrowsAsync<DicomNetworkException>(() => echo)).Error);
    }

    [Fact]
    public async Task A_response_to_nothing_aborts()
    {
        using var server = new ScriptedServer();
        var (client, peer) = await server.AssociateAsync(TimeProvider.System, Token);
        await using var _ = client;
        var echo = client.EchoAsync(Token);
        var (request, _, _) = await peer.ReadMessageAsync(Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Response(request with { MessageId = 999 }, DimseStatus.Success)), Token);

        Assert.Equal(7, (await peer.ReadAsync(Token))![0]);
        Assert.Equal(DicomNetworkError.Aborted, (await Assert.ThrowsAsync<DicomNetworkException>(() => echo)).Error);
        peer.Dispose();
    }

    [Fact]
    public async Task A_failure_status_without_comment_is_still_said_in_words()
    {
        using var server = new ScriptedServer();
        var (client, peer) = await server.AssociateAsync(TimeProvider.System, Token);
        await using var _ = client;
        var echo = client.EchoAsync(Token);
        var (request, _, _) = await peer.ReadMessageAsync(Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Response(request, DimseStatus.NotAuthorized)), Token);

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => echo);
        Assert.EndsWith("answered the C-ECHO with status 0124H.", failure.Message, StringComparison.Ordinal);
        peer.Dispose();
    }

    [Fact]
    public async Task A_title_that_is_none_is_refused_before_connecting()
    {
        using var server = new ScriptedServer();

        await Assert.ThrowsAsync<ArgumentException>(() =>
            DicomClient.ConnectAsync(server.ClientOptions() with { CallingAe = "SEVENTEEN_LETTERS" }, TimeProvider.System, Token));
    }

    /// <summary>Listens; what it answers is up to the test.</summary>
    private sealed class ScriptedServer : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public ScriptedServer()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
        }

        public DicomClientOptions ClientOptions() => new()
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndPoint!).Port,
            CallingAe = "TESTER",
            CalledAe = "SCRIPT",
            Contexts = [ProposedContext.LittleEndian(Uids.Verification)],
        };

        public async Task<RawPeer> AcceptAsync(CancellationToken token) => new(await _listener.AcceptAsync(token));

        public async Task<(DicomClient Client, RawPeer Peer)> AssociateAsync(TimeProvider time, CancellationToken token)
        {
            var connecting = DicomClient.ConnectAsync(ClientOptions(), time, token);
            var peer = await AcceptAsync(token);
            Assert.True(AssociateReader.TryRead((await peer.ReadAsync(token)).AsSpan(6), out var request));
            request.Contexts[0] = request.Contexts[0] with { TransferSyntaxes = ["1.2.840.10008.1.2"] };
            await peer.SendAsync(AssociateWriter.Write(request, PduType.AssociateAc), token);
            return (await connecting, peer);
        }

        public void Dispose() => _listener.Dispose();
    }
}
