using System.Net;
using System.Net.Sockets;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

public sealed class LifeCycleTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(17);

    [Fact]
    public async Task Stopping_lets_what_is_in_flight_be_answered_and_takes_no_more()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { BeforeAnswer = (_, _) => gate.Task });
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await fixture.Receiver.NextAsync();

        var stopping = fixture.Listener.StopAsync(Drain);
        await Assert.ThrowsAsync<SocketException>(fixture.ConnectAsync);
        await peer.SendFrameAsync("MSH|late");
        gate.SetResult();

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        await peer.DisposeAsync();
        await stopping.WaitAsync(Patience.Token);
        Assert.False(fixture.Receiver.HasMore);
        Assert.Equal(0, fixture.Counters["connections.open"]);
    }

    [Fact]
    public async Task Stopping_ends_in_time_with_a_peer_that_sends_half_a_frame_and_keeps_silent()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendAsync("\vMSH|half");
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));

        var stopping = fixture.Listener.StopAsync(Drain);
        await fixture.Time.PassAsync(Drain);

        await stopping.WaitAsync(Patience.Token);
        Assert.Equal("", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task Stopping_ends_in_time_with_a_peer_that_never_reads()
    {
        var large = new string('x', 50_000_000);
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { Answers = _ => [large] });
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));

        var stopping = fixture.Listener.StopAsync(Drain);
        await fixture.Time.PassAsync(Drain);

        await stopping.WaitAsync(Patience.Token);
        Assert.Equal(0, fixture.Listener.BufferedBytes);
    }

    [Fact]
    public async Task Stopping_ends_in_time_with_a_receiver_that_never_ends()
    {
        await using var fixture = await ListenerFixture.StartAsync(
            new RecordingReceiver { BeforeAnswer = (_, _) => new TaskCompletionSource().Task });
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await fixture.Receiver.NextAsync();

        var stopping = fixture.Listener.StopAsync(Drain);
        await fixture.Time.PassAsync(Drain);

        await stopping.WaitAsync(Patience.Token);
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_answers_is_given_up()
    {
        var large = new string('x', 50_000_000);
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, SendTimeout = TimeSpan.FromSeconds(21) },
            new RecordingReceiver { Answers = text => [text == "MSH|alive" ? "MSA|MSH|alive" : large] });
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");

        await fixture.Time.PassAsync(TimeSpan.FromSeconds(21));
        await peer.ReadToEndAsync();

        Assert.IsType<TimeoutException>(await fixture.NextErrorAsync());
        Assert.Equal(1, fixture.Counters["sends.failed"]);
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_at_once()
    {
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxConnections = 1 });
        await using var first = await fixture.ConnectAsync();
        await first.SendFrameAsync("MSH|1");
        await first.ReadFrameAsync();

        await using var second = await fixture.ConnectAsync();

        Assert.Equal("", await second.ReadToEndAsync());
        Assert.Equal(1, fixture.Counters["connections.refused"]);
        await first.SendFrameAsync("MSH|2");
        Assert.Equal("MSA|MSH|2", await first.ReadFrameAsync());
    }

    [Fact]
    public async Task An_address_that_holds_all_connections_gives_the_one_that_is_idle_longest_to_another_address()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = new List<(IPEndPoint Remote, IPEndPoint? Displaced)>();
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new()
            {
                Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxConnections = 4,
                OnFull = (remote, displaced) => full.Add((remote, displaced)),
            },
            new RecordingReceiver { BeforeAnswer = (text, _) => text == "MSH|busy" ? gate.Task : Task.CompletedTask });
        await using var busy = await fixture.ConnectAsync();
        await busy.SendFrameAsync("MSH|busy");
        await using var idle = await ServedAsync(fixture);
        await using var half = await ServedAsync(fixture);
        await half.SendAsync("\vMSH|half");
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await using var later = await ServedAsync(fixture);

        await using var other = await RawPeer.ConnectAsync(fixture.Listener.EndPoint, "127.0.0.2");
        await other.SendFrameAsync("MSH|other");
        Assert.Equal(("MSA|MSH|other", ""), (await other.ReadFrameAsync(), await idle.ReadToEndAsync()));
        await using var second = await RawPeer.ConnectAsync(fixture.Listener.EndPoint, "127.0.0.2");
        await second.SendFrameAsync("MSH|second");
        Assert.Equal(("MSA|MSH|second", ""), (await second.ReadFrameAsync(), await later.ReadToEndAsync()));
        await using var third = await RawPeer.ConnectAsync(fixture.Listener.EndPoint, "127.0.0.2");
        Assert.Equal("", await third.ReadToEndAsync());

        gate.SetResult();
        Assert.Equal("MSA|MSH|busy", await busy.ReadFrameAsync());
        await half.SendAsync("\x1c\r");
        Assert.Equal("MSA|MSH|half", await half.ReadFrameAsync());
        Assert.Equal((2, 1), (fixture.Counters["connections.displaced"], fixture.Counters["connections.refused"]));
        Assert.Equal([true, true, false], full.Select(static told => told.Displaced is not null));
        Assert.False(fixture.HasError);
    }

    /// <summary>A connection that has been answered and waits for its next message.</summary>
    private static async Task<RawPeer> ServedAsync(ListenerFixture fixture)
    {
        var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|served");
        Assert.Equal("MSA|MSH|served", await peer.ReadFrameAsync());
        return peer;
    }

    [Fact]
    public async Task All_memory_is_given_back()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|" + new string('x', 3_000_000));
        await peer.ReadFrameAsync();
        await peer.SendAsync("\vMSH|" + new string('x', 3_000_000));
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));

        await peer.DisposeAsync();
        await fixture.Receiver.NextFaultAsync();
        await fixture.Listener.StopAsync(Timeout.InfiniteTimeSpan);

        Assert.Equal(0, fixture.Listener.BufferedBytes);
    }

    [Fact]
    public async Task A_frame_for_which_no_memory_becomes_free_is_given_up_and_others_go_on()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new()
            {
                Name = name,
                EndPoint = ListenerFixture.AnyPort,
                OnError = onError,
                MaxFrameBytes = 200_000,
                MaxBufferedBytes = 700_000,
                MemoryTimeout = TimeSpan.FromSeconds(23),
            },
            new RecordingReceiver { BeforeAnswer = (text, _) => text.StartsWith("MSH|held", StringComparison.Ordinal) ? gate.Task : Task.CompletedTask });
        await using var first = await fixture.ConnectAsync();
        await using var second = await fixture.ConnectAsync();
        await using var third = await fixture.ConnectAsync();
        await first.SendFrameAsync("MSH|held 1|" + new string('x', 190_000));
        await fixture.Receiver.NextAsync();
        // Until each connection has given back what it read into: the third one must wait, once, and no other.
        await Patience.UntilAsync(() => fixture.Listener.BufferedBytes < 200_000);
        await second.SendFrameAsync("MSH|held 2|" + new string('x', 190_000));
        await fixture.Receiver.NextAsync();
        await Patience.UntilAsync(() => fixture.Listener.BufferedBytes < 400_000);

        await third.SendFrameAsync("MSH|3|" + new string('x', 190_000));
        await fixture.Time.PassAsync(TimeSpan.FromSeconds(23));

        Assert.Equal("overloaded", (await fixture.Receiver.NextFaultAsync()).Code);
        await third.ReadToEndAsync();
        await fixture.AssertAliveAsync();
        gate.SetResult();
        Assert.StartsWith("MSA|MSH|held 1", await first.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.StartsWith("MSA|MSH|held 2", await second.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_makes_no_sense_is_named()
    {
        var options = new MllpListenerOptions { MaxFrameBytes = 1024 * 1024, MaxBufferedBytes = 1024 * 1024 };

        var error = Assert.Throws<ArgumentException>(() => new MllpListener(options, new RecordingReceiver(), TimeProvider.System));

        Assert.Contains("MaxBufferedBytes must be at least", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_learns_who_sends()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");
        var connection = await fixture.Receiver.NextConnectionAsync();

        Assert.Equal((1, IPAddress.Loopback, fixture.Listener.EndPoint), (connection.Id, connection.RemoteEndPoint.Address, connection.LocalEndPoint));
        Assert.Null(connection.ClientCertificate);
    }
}
