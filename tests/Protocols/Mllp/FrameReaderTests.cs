using System.Text;
using CloudPacs.Mllp.Framing;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

public sealed class FrameReaderTests
{
    private static readonly FrameRules Rules = new(MaxBytes: 1000);

    [Theory]
    [InlineData("\vMSH|1\x1c\r", "Frame:MSH|1")]
    [InlineData("\vMSH|1\x1c\r\vMSH|2\x1c\r", "Frame:MSH|1 Frame:MSH|2")]
    [InlineData("\v\vMSH|1\x1c\r\x1c\r", "Frame:MSH|1")]
    [InlineData("\r\n\0 \vMSH|1\x1c\r\n", "Frame:MSH|1")]
    [InlineData("\vMSH|1\x1c\vMSH|2\x1c\r", "FrameWithoutCr:MSH|1 Frame:MSH|2")]
    [InlineData("\vMSH|1\x1c", "FrameWithoutCr:MSH|1")]
    [InlineData("\vMSH|1\x1c\x03", "FrameWithoutCr:MSH|1")]
    [InlineData("\vMSH|1\x1c\x1a\vMSH|2\x1c\r", "FrameWithoutCr:MSH|1 Frame:MSH|2")]
    [InlineData("\vMSH|a\x1c\x62\x1c\r", "Frame:MSH|a\x1c\x62")]
    [InlineData("\vMSH|1|half\vMSH|2\x1c\r", "Truncated:MSH|1|half Frame:MSH|2")]
    [InlineData("\vMSH|1\vBHS|2\x1c\r", "Truncated:MSH|1 Frame:BHS|2")]
    [InlineData("\vMSH|a\vb\vMS|\x1c\r", "Frame:MSH|a\vb\vMS|")]
    [InlineData("hello\vMSH|1\x1c\r", "NoStartBlock:hello Frame:MSH|1")]
    [InlineData("MSH|1\x1c\r", "NoStartBlock:MSH|1\x1c\r")]
    [InlineData("\v\x1c\r", "Frame:")]
    [InlineData("\vMSH|1", "")]
    [InlineData("", "")]
    public void Bytes_become_frames_by_the_rules(string bytes, string expected)
    {
        Assert.Equal(expected, ReadAll(Encoding.Latin1.GetBytes(bytes), Rules));
    }

    [Theory]
    [InlineData("MSH|1\x1c\r\vMSH|2\x1c\r", "Frame:MSH|1 Frame:MSH|2")]
    [InlineData("MSH|1\vMSH|2\x1c\r", "Truncated:MSH|1 Frame:MSH|2")]
    [InlineData("MSX|1\x1c\r", "NoStartBlock:MSX|1\x1c\r")]
    public void A_message_without_start_block_is_taken_where_the_link_allows_it(string bytes, string expected)
    {
        Assert.Equal(expected, ReadAll(Encoding.Latin1.GetBytes(bytes), Rules with { AllowUnframed = true }));
    }

    [Fact]
    public void Only_FS_CR_has_a_meaning_in_a_wide_encoding()
    {
        var content = "MSH\vMSH\x1c\v\x1c";

        Assert.Equal("Frame:" + content, ReadAll(Encoding.Latin1.GetBytes("\v" + content + "\x1c\r"), Rules with { OnlyEndBlockEnds = true }));
    }

    [Theory]
    [InlineData(10, "Frame:0123456789")]
    [InlineData(9, "TooLarge:012345678")]
    public void Content_is_limited_to_the_byte(int limit, string expected)
    {
        Assert.Equal(expected, ReadAll(Encoding.Latin1.GetBytes("\v0123456789\x1c\r"), new(limit)));
    }

    [Property(MaxTest = 2000)]
    public void Any_split_of_the_bytes_gives_the_same_frames(byte[] choices, ushort seed)
    {
        var random = new Random(seed);
        var bytes = choices.SelectMany(Piece).ToArray();
        foreach (var rules in new FrameRules[] { Rules, new(20), Rules with { AllowUnframed = true }, Rules with { OnlyEndBlockEnds = true } })
        {
            var whole = ReadAll(bytes, rules);

            Assert.Equal(whole, ReadAll(bytes, rules, () => 1));
            Assert.Equal(whole, ReadAll(bytes, rules, () => random.Next(1, 7)));
        }
    }

    [Property(MaxTest = 2000)]
    public void Any_content_of_text_survives(byte[] content)
    {
        var text = content.Select(b => b < 0x20 ? (byte)'\r' : b).ToArray();

        Assert.Equal("Frame:" + Encoding.Latin1.GetString(text), ReadAll([0x0B, .. text, 0x1C, 0x0D], new(100_000)));
    }

    [Fact]
    public void No_byte_is_scanned_twice_when_they_come_one_by_one()
    {
        var input = new byte[4000];
        input.AsSpan().Fill((byte)'x');
        input[0] = 0x0B;
        var state = default(FrameState);

        for (var length = 1; length <= input.Length; length++)
        {
            state = FrameReader.Read(input.AsSpan(0, length), state, new(10_000), isEnd: false).Next;

            Assert.Equal(new(FramePhase.Framed, length), state);
        }
    }

    // Few, telling pieces meet each other more often than random bytes do.
    private static byte[] Piece(byte choice) => (choice % 12) switch
    {
        0 or 1 => [0x0B],
        2 => [0x1C],
        3 => [0x0D],
        4 or 5 => [0x1C, 0x0D],
        6 or 7 => "MSH"u8.ToArray(),
        8 => "M"u8.ToArray(),
        9 => "FHS|"u8.ToArray(),
        10 => [0x0A, 0x00],
        _ => [choice],
    };

    /// <summary>What the reader finds, without what it skips; portions as large as asked for, at the end the whole rest.</summary>
    private static string ReadAll(byte[] bytes, FrameRules rules, Func<int>? portion = null)
    {
        var found = new List<string>();
        var state = default(FrameState);
        int start = 0, end = 0;
        while (true)
        {
            var step = FrameReader.Read(bytes.AsSpan(start..end), state, rules, isEnd: end == bytes.Length);
            state = step.Next;
            if (step.Status is not (FrameStatus.NeedMore or FrameStatus.Skipped))
                found.Add($"{step.Status}:{Encoding.Latin1.GetString(bytes.AsSpan(start..end)[step.Payload])}");
            start += step.Consumed;
            if (step.Status == FrameStatus.TooLarge || (step.Status == FrameStatus.NeedMore && end == bytes.Length)) return string.Join(' ', found);
            if (step.Status == FrameStatus.NeedMore) end = Math.Min(bytes.Length, end + (portion?.Invoke() ?? bytes.Length));
        }
    }
}
