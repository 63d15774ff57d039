using System.Text;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>Peers that are slow, wrong or gone.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan HalfFrame = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Half_a_frame_and_silence_end_the_connection_with_a_report()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { FaultAnswer = "MSA|AR" });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1|half");
        await fixture.Time.PassAsync(HalfFrame);

        Assert.Equal("MSA|AR", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("half_frame_timeout", "MSH|1|half"), (fault.Code, Text(fault)));
    }

    [Fact]
    public async Task A_frame_whose_CR_never_comes_is_taken_when_the_silence_ends_the_connection()
    {
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, EndPause = TimeSpan.Zero });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.PassAsync(HalfFrame);

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        Assert.False(fixture.Receiver.HasFault);
    }

    [Fact]
    public async Task A_frame_that_is_too_large_is_answered_and_ends_the_connection()
    {
        var receiver = new RecordingReceiver { FaultAnswer = "MSA|AR" };
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxFrameBytes = 100_000, FaultBytesKept = 10 }, receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|large|" + new string('x', 100_000));

        Assert.Equal("MSA|AR", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("oversize", "MSH|large|", 100_000L), (fault.Code, Text(fault), fault.LimitBytes));
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task The_answer_to_a_frame_that_is_too_large_survives_what_the_sender_still_sends()
    {
        var receiver = new RecordingReceiver { FaultAnswer = "MSA|AR" };
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxFrameBytes = 1000 }, receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|large|" + new string('x', 3_000_000) + "\x1c\r");

        Assert.Equal("MSA|AR", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task A_reset_inside_a_frame_is_reported()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1|half");
        await fixture.Time.Armed(HalfFrame);
        peer.Reset();

        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("reset_in_frame", "MSH|1|half"), (fault.Code, Text(fault)));
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task A_close_inside_a_frame_is_reported()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { FaultAnswer = "not sent" });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1|half");
        peer.FinishSending();

        Assert.Null(await peer.ReadFrameAsync());
        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("closed_in_frame", "MSH|1|half", false), (fault.Code, Text(fault), fault.CanAnswer));
    }

    [Fact]
    public async Task Plain_HTTP_is_counted_and_ends_with_the_silence()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a browser with a long name/1.0\r\n\r\n");
        var fault = await fixture.Receiver.NextFaultAsync();
        await fixture.Time.PassAsync(HalfFrame);

        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.Equal("no_start_block", fault.Code);
        Assert.StartsWith("GET / HTTP/1.1", Text(fault), StringComparison.Ordinal);
        Assert.Equal(1, fixture.Counters["faults.no_start_block"]);
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task Short_garbage_and_silence_are_answered_and_ended()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { FaultAnswer = "MSA|AR" });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("hello?");
        await fixture.Time.PassAsync(HalfFrame);

        Assert.Equal("MSA|AR", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task A_TLS_handshake_on_a_plain_port_ends_at_once()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03 }.Concat(Enumerable.Repeat((byte)0xAB, 500)).ToArray());

        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.Equal("no_start_block", (await fixture.Receiver.NextFaultAsync()).Code);
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task Too_much_between_frames_ends_the_connection()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(new byte[70_000]);

        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.Equal("too_much_between_frames", (await fixture.Receiver.NextFaultAsync()).Code);
    }

    [Fact]
    public async Task An_exception_of_the_receiver_closes_the_connection_without_an_answer_and_is_reported()
    {
        var receiver = new RecordingReceiver { BeforeAnswer = (text, _) => text == "MSH|bad" ? throw new InvalidOperationException("boom") : Task.CompletedTask };
        await using var fixture = await ListenerFixture.StartAsync(receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|good") + RawPeer.Frame("MSH|bad") + RawPeer.Frame("MSH|after"));

        Assert.Equal("MSA|MSH|good", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        Assert.Equal("boom", (await fixture.NextErrorAsync()).Message);
        await fixture.AssertAliveAsync();
    }

    [Fact]
    public async Task An_exception_over_a_fault_is_reported_too()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { OnFault = () => throw new InvalidOperationException("boom") });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1|half\vMSH|2\x1c\r");

        Assert.Null(await peer.ReadFrameAsync());
        Assert.Equal("boom", (await fixture.NextErrorAsync()).Message);
    }

    [Fact]
    public async Task An_answer_that_holds_an_end_block_is_not_sent_but_reported()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { Answers = _ => ["MSA|\x1c\r"] });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");

        Assert.Null(await peer.ReadFrameAsync());
        Assert.IsType<ArgumentException>(await fixture.NextErrorAsync());
    }

    [Fact]
    public async Task An_idle_connection_is_closed_where_the_link_wants_that()
    {
        var idle = TimeSpan.FromMinutes(5);
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, IdleTimeout = idle });
        await using var peer = await fixture.ConnectAsync();

        await fixture.Time.PassAsync(idle);

        Assert.Null(await peer.ReadFrameAsync());
        Assert.False(fixture.Receiver.HasFault);
    }

    [Fact]
    public async Task A_peer_that_waits_for_its_answer_is_not_idle()
    {
        var idle = TimeSpan.FromMinutes(5);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, IdleTimeout = idle },
            new RecordingReceiver { BeforeAnswer = (_, _) => gate.Task });
        await using var peer = await fixture.ConnectAsync();

        await fixture.Time.Armed(idle);
        await peer.SendFrameAsync("MSH|1");
        await fixture.Receiver.NextAsync();
        await fixture.Time.PassAsync(idle);
        gate.SetResult();

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
    }

    private static string Text(MllpFault fault) => Encoding.UTF8.GetString(fault.Kept.Span);
}
