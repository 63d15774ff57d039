using System.Text;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>What real senders do to a listener, over real sockets.</summary>
public sealed class TortureTests
{
    [Fact]
    public async Task One_message_gets_one_answer()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1\r");

        Assert.Equal("MSA|MSH|1\r", await peer.ReadFrameAsync());
        Assert.Equal("MSH|1\r", await fixture.Receiver.NextAsync());
    }

    [Fact]
    public async Task Two_messages_in_sequence_are_answered_on_one_connection()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");
        var first = await peer.ReadFrameAsync();
        await peer.SendFrameAsync("MSH|2");
        var second = await peer.ReadFrameAsync();

        Assert.Equal(("MSA|MSH|1", "MSA|MSH|2"), (first, second));
    }

    [Fact]
    public async Task Two_frames_in_one_write_are_two_messages()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|1") + RawPeer.Frame("MSH|2"));

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task One_and_a_half_frames_then_the_rest_are_two_messages()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|1") + "\vMSH|2|fir");
        var first = await peer.ReadFrameAsync();
        await peer.SendAsync("st\x1c\r");
        var second = await peer.ReadFrameAsync();

        Assert.Equal(("MSA|MSH|1", "MSA|MSH|2|first"), (first, second));
    }

    [Fact]
    public async Task FS_and_CR_may_come_in_separate_packets()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));
        await peer.SendAsync("\r");

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal(0, fixture.Counters["frames.fs_without_cr"]);
    }

    [Fact]
    public async Task A_message_may_come_byte_by_byte()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        foreach (var one in Encoding.UTF8.GetBytes(RawPeer.Frame("MSH|byte by byte\rPID|1\r"))) await peer.SendAsync(new[] { one });

        Assert.Equal("MSA|MSH|byte by byte\rPID|1\r", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task A_character_may_be_spread_over_packets()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        var bytes = Encoding.UTF8.GetBytes(RawPeer.Frame("MSH|Müller"));
        var middle = Array.IndexOf(bytes, (byte)0xC3) + 1;

        await peer.SendAsync(bytes.AsMemory(0, middle));
        await fixture.Time.Armed(TimeSpan.FromSeconds(30));
        await peer.SendAsync(bytes.AsMemory(middle));

        Assert.Equal("MSA|MSH|Müller", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task CR_LF_and_NUL_between_frames_are_skipped_and_counted()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|1") + "\r\n\0\0" + RawPeer.Frame("MSH|2"));

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        Assert.Equal(4, fixture.Counters["bytes.skipped"]);
        Assert.False(fixture.Receiver.HasFault);
    }

    [Fact]
    public async Task A_line_feed_after_each_frame_does_no_harm()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        foreach (var id in "123")
        {
            await peer.SendAsync(RawPeer.Frame("MSH|" + id) + "\n");

            Assert.Equal("MSA|MSH|" + id, await peer.ReadFrameAsync());
        }
    }

    [Fact]
    public async Task A_sender_that_starts_anew_loses_only_the_half_frame()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1|half\vMSH|2\x1c\r");

        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("truncated_frame", "MSH|1|half"), (fault.Code, Encoding.UTF8.GetString(fault.Kept.Span)));
    }

    [Fact]
    public async Task Five_megabytes_are_one_message()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        var message = "MSH|large|" + new string('x', 5 * 1024 * 1024);

        await peer.SendFrameAsync(message);

        Assert.Equal("MSA|" + message[..32], await peer.ReadFrameAsync());
        Assert.Equal(message, await fixture.Receiver.NextAsync());
    }

    [Fact]
    public async Task What_is_not_HL7_is_reported_and_the_next_message_is_taken()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("hello?\r\n" + RawPeer.Frame("MSH|1"));

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        var fault = await fixture.Receiver.NextFaultAsync();
        Assert.Equal(("no_start_block", "hello?\r\n"), (fault.Code, Encoding.UTF8.GetString(fault.Kept.Span)));
    }

    [Fact]
    public async Task Content_is_passed_on_untouched_whatever_ends_its_segments()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1\nPID|1\n");
        await peer.ReadFrameAsync();

        Assert.Equal("MSH|1\nPID|1\n", await fixture.Receiver.NextAsync());
    }

    [Fact]
    public async Task A_hundred_pipelined_messages_get_a_hundred_answers_in_order()
    {
        var random = new Random(1);
        var gates = Enumerable.Range(0, 100).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var receiver = new RecordingReceiver { BeforeAnswer = (text, _) => gates[int.Parse(text.AsSpan(4), null)].Task };
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxInFlight = 100 }, receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(string.Concat(Enumerable.Range(0, 100).Select(i => RawPeer.Frame($"MSH|{i}"))));
        for (var i = 0; i < 100; i++) Assert.Equal($"MSH|{i}", await receiver.NextAsync());
        random.Shuffle(gates);
        foreach (var gate in gates) gate.SetResult();

        for (var i = 0; i < 100; i++) Assert.Equal($"MSA|MSH|{i}", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task No_more_frames_are_taken_than_may_be_in_flight()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = new RecordingReceiver { BeforeAnswer = (_, _) => gate.Task };
        await using var fixture = await ListenerFixture.StartAsync(
            (name, onError) => new() { Name = name, EndPoint = ListenerFixture.AnyPort, OnError = onError, MaxInFlight = 3 }, receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(string.Concat(Enumerable.Range(0, 10).Select(i => RawPeer.Frame($"MSH|{i}"))));
        for (var i = 0; i < 3; i++) await receiver.NextAsync();
        var hadMore = receiver.HasMore;
        gate.SetResult();

        Assert.False(hadMore);
        for (var i = 0; i < 10; i++) Assert.Equal($"MSA|MSH|{i}", await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task An_answer_leaves_in_one_send()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");

        Assert.Equal(RawPeer.Frame("MSA|MSH|1"), await peer.ReadOnceAsync());
    }

    [Fact]
    public async Task Answers_that_are_ready_leave_together()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = new RecordingReceiver { BeforeAnswer = (text, _) => text == "MSH|1" ? gate.Task : Task.CompletedTask };
        await using var fixture = await ListenerFixture.StartAsync(receiver);
        await using var peer = await fixture.ConnectAsync();
        await peer.SendAsync(string.Concat("1234".Select(id => RawPeer.Frame("MSH|" + id))));
        for (var i = 0; i < 4; i++) await receiver.NextAsync();

        gate.SetResult();

        // The fourth may still be on its way into the receiver; those before it are done.
        Assert.StartsWith(string.Concat("123".Select(id => RawPeer.Frame("MSA|MSH|" + id))), await peer.ReadOnceAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_senders_at_once_get_their_own_answers_in_order()
    {
        await using var fixture = await ListenerFixture.StartAsync(new RecordingReceiver { BeforeAnswer = async (_, _) => await Task.Yield() });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(SendManyAsync));
        await fixture.Listener.StopAsync(Timeout.InfiniteTimeSpan);

        Assert.Equal(2000, fixture.Counters["frames.received"]);
        Assert.Equal(2000, fixture.Counters["frames.sent"]);

        async Task SendManyAsync(int sender)
        {
            await using var peer = await fixture.ConnectAsync();
            var sending = peer.SendAsync(string.Concat(Enumerable.Range(0, 100).Select(i => RawPeer.Frame($"MSH|{sender}|{i}"))));
            for (var i = 0; i < 100; i++) Assert.Equal($"MSA|MSH|{sender}|{i}", await peer.ReadFrameAsync());
            await sending;
        }
    }

    [Fact]
    public async Task Several_answers_to_one_message_leave_in_frames_of_their_own()
    {
        var receiver = new RecordingReceiver { Answers = text => text == "MSH|2" ? [] : ["MSA|a", "MSA|b"] };
        await using var fixture = await ListenerFixture.StartAsync(receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|1") + RawPeer.Frame("MSH|2") + RawPeer.Frame("MSH|3"));

        foreach (var answer in new[] { "MSA|a", "MSA|b", "MSA|a", "MSA|b" }) Assert.Equal(answer, await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task A_peer_that_finished_sending_still_gets_its_answers()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("MSH|1") + "\vMSH|2\x1c");
        peer.FinishSending();

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        Assert.Null(await peer.ReadFrameAsync());
        Assert.Equal(1, fixture.Counters["frames.fs_without_cr"]);
    }

    [Fact]
    public async Task A_commit_block_is_never_a_message()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync(RawPeer.Frame("\x06") + RawPeer.Frame("\x15") + RawPeer.Frame("MSH|1"));

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal("MSH|1", await fixture.Receiver.NextAsync());
        Assert.Equal(2, fixture.Counters["commit_blocks.unexpected"]);
    }
}
