using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class UpperLayerConnectionTests
{
    private static readonly byte[] UserAbort = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    private static readonly byte[] Pdata = RawPeer.Data(1, isCommand: true, isLast: true, [1, 2]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] ProviderAbort(AbortReason reason) => [7, 0, 0, 0, 0, 4, 0, 0, 2, (byte)reason];

    private static byte[] Request(ushort version = 1) =>
        AssociateWriter.Write(new AssociateParameters { CalledAe = "B", CallingAe = "RAW", ProtocolVersion = version }, PduType.AssociateRq);

    [Theory]
    [InlineData(0x16)]
    [InlineData('G')]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task What_is_no_association_request_is_answered_with_an_abort_and_the_end_of_the_stream(byte type)
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);

        await harness.Peer.SendAsync(new byte[] { type, 3, 0, 0, 0, 4, 1, 2, 3, 4 }, Token);

        Assert.Equal(UserAbort, await harness.Peer.ReadAsync(Token));
        Assert.Null(await harness.Peer.ReadAsync(Token));
        Assert.Equal(State.Sta13, harness.Connection.State);
    }

    [Fact]
    public async Task An_abort_instead_of_a_request_closes_at_once()
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);

        await harness.Peer.SendAsync(RawPeer.Abort, Token);

        Assert.Null(await harness.Peer.ReadAsync(Token));
        await harness.Running.WaitAsync(Token);
    }

    [Fact]
    public async Task An_unknown_protocol_version_is_rejected()
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);

        await harness.Peer.SendAsync(Request(version: 2), Token);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 2, 2], await harness.Peer.ReadAsync(Token));
        Assert.Equal(State.Sta13, harness.Connection.State);
    }

    [Fact]
    public async Task A_request_in_many_small_pieces_is_one_request()
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);

        foreach (var one in Request()) await harness.Peer.SendAsync(new[] { one }, Token);

        Assert.Equal("request RAW", await harness.ToldAsync(Token));
    }

    [Fact]
    public async Task After_a_rejection_the_peer_has_until_ARTIM_to_close()
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);
        await harness.Peer.SendAsync(Request(), Token);
        await harness.ToldAsync(Token);

        harness.Connection.Reject(AssociationRejection.CallingAeTitleNotRecognized);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 1, 3], await harness.Peer.ReadAsync(Token));
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await harness.Peer.ReadAsync(Token));
        await harness.Running.WaitAsync(Token);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 255, 255, 255, 255 }, 2)]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 200 }, 2)]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 4, 0, 1, 1, 1 }, 2)]
    [InlineData(new byte[] { 6, 0, 0, 0, 0, 4, 0, 0, 0, 0 }, 2)]
    [InlineData(new byte[] { 8, 0, 0, 0, 0, 4, 0, 0, 0, 0 }, 1)]
    [InlineData(new byte[] { 4, 0, 255, 255, 255, 255 }, 6)]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 6, 0, 0, 0, 9, 1, 3 }, 6)]
    [InlineData(new byte[] { 5, 0, 0, 0, 0, 5, 0, 0, 0, 0 }, 6)]
    public async Task What_has_no_place_in_an_established_association_aborts_it(byte[] pdu, byte reason)
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        await harness.Peer.SendAsync(pdu, Token);

        Assert.Equal(ProviderAbort((AbortReason)reason), await harness.Peer.ReadAsync(Token));
        Assert.Equal("aborted LocalProvider", await harness.ToldAsync(Token));
        Assert.Equal(State.Sta13, harness.Connection.State);
    }

    [Fact]
    public async Task Nothing_that_follows_an_abort_is_delivered()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        harness.Connection.Abort();
        await harness.Peer.SendAsync(Pdata, Token);
        await harness.Peer.SendAsync(Request(), Token);

        Assert.Equal(UserAbort, await harness.Peer.ReadAsync(Token));
        // AA-7: a request in Sta13 gets one more abort.
        Assert.Equal(ProviderAbort(AbortReason.UnexpectedPdu), await harness.Peer.ReadAsync(Token));
        harness.Peer.Dispose();
        await harness.Running.WaitAsync(Token);
        Assert.Equal(State.Sta1, harness.Connection.State);
    }

    [Theory]
    [InlineData(0, "aborted PeerUser")]
    [InlineData(2, "aborted PeerProvider")]
    public async Task An_abort_of_the_peer_is_told_and_closes(byte source, string told)
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        await harness.Peer.SendAsync(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, source, 2 }, Token);

        Assert.Equal(told, await harness.ToldAsync(Token));
        Assert.Null(await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task A_lost_connection_is_told()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        harness.Peer.Dispose();

        Assert.Equal("aborted ConnectionLost", await harness.ToldAsync(Token));
        await harness.Running.WaitAsync(Token);
    }

    [Fact]
    public async Task Data_may_be_sent_until_the_release_is_confirmed()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        await harness.Peer.SendAsync(RawPeer.ReleaseRq, Token);
        Assert.Equal("release requested", await harness.ToldAsync(Token));

        Assert.True(harness.Connection.Send(1, [1, 2], default, hasData: false, flush: true));
        Assert.True(harness.Connection.ConfirmRelease());
        Assert.False(harness.Connection.Send(1, [1, 2], default, hasData: false, flush: true));

        Assert.Equal(4, (await harness.Peer.ReadAsync(Token))![0]);
        Assert.Equal(RawPeer.ReleaseRp, await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task Responses_that_come_after_our_release_request_are_delivered()
    {
        using var harness = await ConnectionHarness.RequestedAsync(Token);

        harness.Connection.RequestRelease();
        Assert.Equal(RawPeer.ReleaseRq, await harness.Peer.ReadAsync(Token));
        await harness.Peer.SendAsync(Pdata, Token);
        await harness.Peer.SendAsync(RawPeer.ReleaseRp, Token);

        Assert.Equal("data 8", await harness.ToldAsync(Token));
        Assert.Equal("released", await harness.ToldAsync(Token));
        Assert.Null(await harness.Peer.ReadAsync(Token));
        Assert.False(harness.Connection.Send(1, [1, 2], default, hasData: false, flush: true));
    }

    [Fact]
    public async Task In_a_release_collision_the_requestor_confirms_first()
    {
        using var harness = await ConnectionHarness.RequestedAsync(Token);
        harness.Connection.RequestRelease();
        await harness.Peer.ReadAsync(Token);

        await harness.Peer.SendAsync(RawPeer.ReleaseRq, Token);
        Assert.Equal("release requested", await harness.ToldAsync(Token));
        Assert.Equal(State.Sta9, harness.Connection.State);
        harness.Connection.ConfirmRelease();
        Assert.Equal(RawPeer.ReleaseRp, await harness.Peer.ReadAsync(Token));
        Assert.Equal(State.Sta11, harness.Connection.State);
        await harness.Peer.SendAsync(RawPeer.ReleaseRp, Token);

        Assert.Equal("released", await harness.ToldAsync(Token));
        Assert.Null(await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task In_a_release_collision_the_acceptor_confirms_last()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        harness.Connection.RequestRelease();
        Assert.Equal(RawPeer.ReleaseRq, await harness.Peer.ReadAsync(Token));

        await harness.Peer.SendAsync(RawPeer.ReleaseRq, Token);
        Assert.Equal("release requested", await harness.ToldAsync(Token));
        Assert.Equal(State.Sta10, harness.Connection.State);
        Assert.False(harness.Connection.ConfirmRelease());
        await harness.Peer.SendAsync(RawPeer.ReleaseRp, Token);
        Assert.Equal("released", await harness.ToldAsync(Token));
        Assert.True(harness.Connection.ConfirmRelease());

        Assert.Equal(RawPeer.ReleaseRp, await harness.Peer.ReadAsync(Token));
        Assert.Equal(State.Sta13, harness.Connection.State);
    }

    [Fact]
    public async Task A_rejection_is_told_with_its_reason()
    {
        using var harness = await ConnectionHarness.RequestingAsync(Token);

        await harness.Peer.SendAsync(new byte[] { 3, 0, 0, 0, 0, 4, 0, 2, 3, 2 }, Token);

        Assert.Equal("rejected local limit exceeded", await harness.ToldAsync(Token));
        Assert.Null(await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task An_abort_over_a_protocol_error_overtakes_what_has_not_left()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        harness.Connection.Send(1, [1, 2], new byte[50_000], hasData: true, flush: false);

        await harness.Peer.SendAsync(new byte[] { 9 }, Token);

        Assert.Equal(ProviderAbort(AbortReason.UnrecognizedPdu), await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task An_abort_of_the_user_comes_after_what_the_user_has_sent()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        harness.Connection.Send(1, [1, 2], default, hasData: false, flush: false);

        harness.Connection.Abort();

        Assert.Equal(4, (await harness.Peer.ReadAsync(Token))![0]);
        Assert.Equal(UserAbort, await harness.Peer.ReadAsync(Token));
    }

    [Theory]
    [InlineData(1u, 128)]
    [InlineData(129u, 128)]
    [InlineData(4096u, 4096)]
    [InlineData(0u, 128 * 1024)]
    [InlineData(uint.MaxValue, 128 * 1024)]
    public async Task Fragments_are_as_long_as_the_peer_can_take_within_reason(uint announced, int longest)
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);
        var request = RawPeer.Request();
        request.MaxLength = announced;
        await harness.Peer.SendAsync(AssociateWriter.Write(request, PduType.AssociateRq), Token);
        await harness.ToldAsync(Token);
        harness.Connection.Accept(RawPeer.Request());
        await harness.Peer.ReadAsync(Token);

        harness.Connection.Send(1, [1, 2], new byte[(longest * 2) + 100], hasData: true, flush: true);

        await harness.Peer.ReadAsync(Token);
        var lengths = new List<int>();
        while (lengths.Count == 0 || lengths[^1] == longest) lengths.Add((await harness.Peer.ReadAsync(Token))!.Length - 6);
        Assert.Equal([longest, longest, 100 + 6 + 12], lengths);
    }
}
