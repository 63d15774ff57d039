using CloudPacs.Dicom.Network.UpperLayer;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class UpperLayerTimeoutTests
{
    private static readonly byte[] UserAbort = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    private static readonly byte[] ProviderAbort = [7, 0, 0, 0, 0, 4, 0, 0, 2, 0];
    private static readonly byte[] Pdata = RawPeer.Data(1, isCommand: true, isLast: true, [1, 2]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pdu_that_does_not_come_to_its_end_aborts()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        // Not idle, so that only the time of the PDU can be over.
        harness.IsBusy = true;
        await harness.Peer.SendAsync(new byte[] { 4, 0, 0, 0, 1 }, Token);
        await harness.Peer.SendAsync(new byte[] { 0 }, Token);
        // The clock moves until the beginning of the PDU has been seen.

        while (harness.Connection.State == State.Sta6)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(ProviderAbort, await harness.Peer.ReadAsync(Token));
        Assert.Equal("aborted LocalProvider", await harness.ToldAsync(Token));
    }

    [Fact]
    public async Task An_association_without_traffic_is_aborted_unless_work_is_under_way()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        harness.IsBusy = true;
        harness.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(State.Sta6, harness.Connection.State);
        harness.IsBusy = false;
        harness.Time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("aborted Idle", await harness.ToldAsync(Token));
        Assert.Equal(UserAbort, await harness.Peer.ReadAsync(Token));
    }

    [Fact]
    public async Task An_association_is_alive_after_hours_of_now_and_then()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);

        for (var i = 0; i < 30; i++)
        {
            harness.Time.Advance(TimeSpan.FromMinutes(14));
            await harness.Peer.SendAsync(Pdata, Token);
            Assert.Equal("data 8", await harness.ToldAsync(Token));
            // What is received counts, and so does what is sent.
            Assert.True(harness.Connection.Send(1, [1, 2], default, hasData: false, flush: true));
        }

        Assert.Equal(State.Sta6, harness.Connection.State);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_given_up()
    {
        using var harness = await ConnectionHarness.AcceptedAsync(Token);
        var data = new byte[1 << 20];
        while (harness.Connection.HasRoom) harness.Connection.Send(1, [1, 2], data, hasData: true, flush: true);
        var waiting = harness.Connection.WaitForRoomAsync();
        Assert.False(waiting.IsCompleted);

        harness.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("aborted ConnectionLost", await harness.ToldAsync(Token));
        await waiting.WaitAsync(Token);
        await harness.Running.WaitAsync(Token);
    }

    [Fact]
    public async Task A_connection_without_a_request_is_closed_when_ARTIM_expires()
    {
        using var harness = await ConnectionHarness.AcceptingAsync(Token);

        harness.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(State.Sta2, harness.Connection.State);
        harness.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await harness.Peer.ReadAsync(Token));
        await harness.Running.WaitAsync(Token);
    }
}
