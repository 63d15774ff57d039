using System.Text;
using CloudPacs.Mllp;
using CloudPacs.Mllp.Framing;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>Senders whose frames do not end with FS CR get their answer all the same (HL7 v2.5.1 appendix C 4.1; connect#3856, #3170).</summary>
public sealed class EndBlockTests
{
    private static readonly TimeSpan Pause = new MllpListenerOptions().EndPause;
    private static readonly FrameRules Rules = new(MaxBytes: 1000);

    [Theory]
    [InlineData("\x1c")]
    [InlineData("\x1c\0")]
    [InlineData("\x1c\n")]
    [InlineData("\x1c\n\0\n")]
    [InlineData("\x1c\x1c")]
    [InlineData("\x1c ")]
    [InlineData("\x1c \r")]
    [InlineData("\x1c\t\r\n")]
    [InlineData("\x1c\0  \r")]
    public async Task A_frame_without_the_CR_of_its_end_block_is_answered_after_a_pause(string end)
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1" + end);
        await fixture.Time.PassAsync(Pause);

        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        Assert.Equal(1, fixture.Counters["frames.fs_without_cr"]);
        Assert.False(fixture.Receiver.HasFault);
    }

    [Fact]
    public async Task The_next_frame_of_such_a_sender_is_answered_too()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await peer.SendAsync($"\vMSH|{i}\x1c\0");
            await fixture.Time.PassAsync(Pause);
            Assert.Equal($"MSA|MSH|{i}", await peer.ReadFrameAsync());
        }

        Assert.False(fixture.Receiver.HasMore && fixture.Receiver.HasFault);
        await peer.SendFrameAsync("MSH|whole");
        Assert.Equal("MSA|MSH|whole", await peer.ReadFrameAsync());
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\0\r")]
    public async Task A_CR_that_comes_after_the_pause_is_no_garbage_and_brings_no_second_answer(string late)
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.PassAsync(Pause);
        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());

        await peer.SendAsync(late + RawPeer.Frame("MSH|2"));

        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        Assert.Equal(["MSH|1", "MSH|2"], new[] { await fixture.Receiver.NextAsync(), await fixture.Receiver.NextAsync() });
        Assert.False(fixture.Receiver.HasMore || fixture.Receiver.HasFault);
    }

    [Fact]
    public async Task A_CR_in_the_next_packet_makes_the_end_block_whole()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.Armed(Pause);
        await peer.SendAsync("\r\vMSH|2\x1c");
        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        await peer.SendAsync("\r");

        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        Assert.Equal(0, fixture.Counters["frames.fs_without_cr"]);
    }

    [Fact]
    public async Task A_large_frame_that_comes_while_the_answer_is_on_its_way_arrives_whole()
    {
        var content = "MSH|" + new string('x', 300_000);
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.PassAsync(Pause);
        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());

        await peer.SendFrameAsync(content);

        Assert.StartsWith("MSA|MSH|x", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        await fixture.Receiver.NextAsync();
        Assert.Equal(content, await fixture.Receiver.NextAsync());
    }

    [Fact]
    public async Task The_connection_ends_in_order_after_such_a_frame()
    {
        await using var fixture = await ListenerFixture.StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendAsync("\vMSH|1\x1c");
        await fixture.Time.PassAsync(Pause);
        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());

        peer.FinishSending();

        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.False(fixture.HasError);
    }

    [Theory]
    [InlineData("\vMSH|1\x1c\0\vMSH|2\x1c\r", "FrameWithoutCr:MSH|1 Frame:MSH|2")]
    [InlineData("\vMSH|1\x1c\n\vMSH|2\x1c\n", "FrameWithoutCr:MSH|1 FrameWithoutCr:MSH|2")]
    [InlineData("\vMSH|1\x1c\x1c\r\vMSH|2\x1c\r", "FrameWithoutCr:MSH|1 Frame:MSH|2")]
    [InlineData("\vMSH|1\x1c\0\r", "FrameWithoutCr:MSH|1")]
    [InlineData("\vMSH|1\x1c \vMSH|2\x1c\r", "FrameWithoutCr:MSH|1 Frame:MSH|2")]
    [InlineData("\vMSH|1\x1c\t \r\n\vMSH|2\x1c \r", "FrameWithoutCr:MSH|1 FrameWithoutCr:MSH|2")]
    [InlineData("\vMSH|a\x1c b\x1c\r", "Frame:MSH|a\x1c b")]
    [InlineData("\vMSH|a\x1c \rPID|1\r\x1c\r", "Frame:MSH|a\x1c \rPID|1\r")]
    [InlineData("\vMSH|a\x1c\x62\x1c\r", "Frame:MSH|a\x1c\x62")]
    [InlineData("\vMSH|a\x1c\nPID|1\r\x1c\r", "Frame:MSH|a\x1c\nPID|1\r")]
    [InlineData("\vMSH|a\x1c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\vMSH|2\x1c\r", "FrameWithoutCr:MSH|a Frame:MSH|2")]
    public void FS_in_content_stays_content_and_one_before_the_next_frame_ends_its_own(string bytes, string expected)
    {
        Assert.Equal(expected, Read(bytes, Rules));
    }

    [Fact]
    public void In_a_wide_encoding_no_pause_ends_a_frame()
    {
        var state = FrameReader.Read("\vMSH\x1c"u8, default, Rules with { OnlyEndBlockEnds = true }, isEnd: false).Next;

        Assert.False(state.MayBeEnd);
        Assert.True(FrameReader.Read("\vMSH\x1c"u8, default, Rules, isEnd: false).Next.MayBeEnd);
    }

    [Fact]
    public void A_message_without_start_block_is_reported_whole()
    {
        var message = "MSH|^~\\&|HIS|" + new string('x', 500) + "\rPID|1\r";

        Assert.Equal($"NoStartBlock:{message}\x1c\r Frame:MSH|2", Read($"{message}\x1c\r\vMSH|2\x1c\r", Rules));
        Assert.Equal("NoStartBlock:" + new string('y', 64), Read(new string('y', 500), Rules));
    }

    private static string Read(string text, FrameRules rules)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var found = new List<string>();
        var state = default(FrameState);
        var start = 0;
        while (true)
        {
            var step = FrameReader.Read(bytes.AsSpan(start), state, rules, isEnd: true);
            if (step.Status == FrameStatus.NeedMore) return string.Join(' ', found);
            if (step.Status != FrameStatus.Skipped) found.Add($"{step.Status}:{Encoding.Latin1.GetString(bytes.AsSpan(start)[step.Payload])}");
            (start, state) = (start + step.Consumed, step.Next);
        }
    }
}
