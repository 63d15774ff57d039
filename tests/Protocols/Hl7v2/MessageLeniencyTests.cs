using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>What is accepted as a message although it is not quite one, and what is not.</summary>
public sealed class MessageLeniencyTests
{
    [Theory]
    [InlineData("MSH|^~\\&|A\rPID|1\rPV1|2\r")]
    [InlineData("MSH|^~\\&|A\nPID|1\nPV1|2\n")]
    [InlineData("MSH|^~\\&|A\r\nPID|1\r\nPV1|2")]
    [InlineData("\u00EF\u00BB\u00BFMSH|^~\\&|A\rPID|1\rPV1|2")]
    [InlineData(" \r\nmsh|^~\\&|A\r\r  pid|1\r \t \rPv1 |2\r\r")]
    [InlineData("MSH|^~\\&  |A\rPID  |1\rPV1\t|2\r")]
    public void Line_ends_blanks_marks_and_case_are_tolerated(string text)
    {
        var message = Parse(text);

        Assert.Equal(3, message.SegmentCount);
        Assert.Equal("A", message.Segment("MSH").Field(3).Text);
        Assert.Equal("1", message.Get(FieldPath.Parse("PID-1")).Text);
        Assert.Equal("2", message.Get(FieldPath.Parse("pv1-1")).Text);
        Assert.Equal(text, Encoding.Latin1.GetString(message.Bytes.Span));
    }

    [Theory]
    [InlineData("^~\\&", "a^b~c&d")]
    [InlineData("^\\~&", "a^b\\c&d")]
    [InlineData("$*?!", "a$b*c!d")]
    public void Encoding_characters_count_as_declared(string encoding, string value)
    {
        var field = Parse($"MSH|{encoding}|A\rPID|{value}").Segment("PID").Field(1);

        Assert.Equal("b", field.Component(2).Text);
        Assert.Equal("c", field.Repetition(2).Text);
        Assert.Equal("d", field.Repetition(2).SubComponent(2).Text);
    }

    [Fact]
    public void Empty_encoding_characters_are_the_usual_ones_and_a_doubled_escape_character_counts_once()
    {
        var empty = Parse("MSH||A\rPID|a^b&c~d");
        var doubled = Parse("MSH|^~\\\\&|A\rPID|a^b&c~d");

        Assert.Equal("c", empty.Get(FieldPath.Parse("PID-1.2.2")).Text);
        Assert.Equal("c", doubled.Get(FieldPath.Parse("PID-1.2.2")).Text);
        Assert.Equal("MSH^1^2", Assert.Single(empty.Warnings).Location?.ToString());
        Assert.Empty(doubled.Warnings);
    }

    [Fact]
    public void Missing_encoding_characters_switch_their_function_off()
    {
        var message = Parse("MSH|^~|A\rPID|a&b\\T\\c^d~e");

        Assert.Equal("a&b\\T\\c", message.Get(FieldPath.Parse("PID-1")).Text);
        Assert.Equal("d", message.Get(FieldPath.Parse("PID-1.2")).Text);
        Assert.Equal(ValueState.Absent, message.Get(FieldPath.Parse("PID-1.1.2")).State);
    }

    [Theory]
    [InlineData("^~&", "c", "102 MSH^1^2")]
    [InlineData("~^&", "c", "102 MSH^1^2")]
    [InlineData("^~\\&", "c", "")]
    [InlineData("^~\\&#", "c", "")]
    [InlineData("^~\\", null, "")]
    public void Without_an_escape_character_the_usual_sign_still_parts_sub_components(string encoding, string? second, string told)
    {
        var message = Parse($"MSH|{encoding}|A\rPID|b&c");
        var answer = Parse(Acknowledgment.Build(message, AcknowledgmentCode.AA, [], new("1", DateTimeOffset.UnixEpoch)));

        Assert.Equal(second, message.Get(FieldPath.Parse("PID-1.1.2")).Text);
        Assert.Equal(told, string.Join(',', message.Warnings.Select(problem => $"{problem.Code} {problem.Location}")));
        Assert.Equal(message.Delimiters, answer.Delimiters);
    }

    [Theory]
    [InlineData("", 199)]
    [InlineData("hello", 199)]
    [InlineData("PID|1", 199)]
    [InlineData("MSH", 102)]
    [InlineData("MSH\r", 102)]
    [InlineData("MSHX^~\\&X", 102)]
    [InlineData("MSH^^A", 102)]
    [InlineData("MSH|0000|", 102)]
    [InlineData("MSH|^^\\&|A", 102)]
    [InlineData("MSH|^|\\&|", 0)]
    [InlineData("MSH|^ \\E|", 102)]
    [InlineData("FHS|^~\\&|", 199)]
    public void What_is_not_HL7_gives_a_problem(string text, int code)
    {
        var isMessage = Message.TryParse(Encoding.Latin1.GetBytes(text), ParseOptions.Default, out var message, out var problem);

        Assert.Equal(code == 0, isMessage);
        Assert.Equal(code, problem?.Code ?? 0);
        Assert.Equal(isMessage, message is not null);
    }

    [Fact]
    public void More_segments_than_the_limit_give_a_problem()
    {
        var text = Encoding.ASCII.GetBytes("MSH|^~\\&|A\r" + string.Concat(Enumerable.Repeat("NTE|1\r", 10)));

        Assert.True(Message.TryParse(text, new ParseOptions { MaxSegments = 11 }, out _, out _));
        Assert.False(Message.TryParse(text, new ParseOptions { MaxSegments = 10 }, out _, out var problem));
        Assert.Equal(199, problem.Code);
    }

    [Fact]
    public void A_message_that_fails_leaves_a_reused_instance_empty()
    {
        var message = Parse(Order);

        Assert.False(message.TryLoad("garbage"u8.ToArray(), ParseOptions.Default, out _));
        Assert.Equal(0, message.SegmentCount);
        Assert.Equal("", message.ControlId);
        Assert.True(message.TryLoad(Encoding.Latin1.GetBytes(Order), ParseOptions.Default, out _));
        Assert.Equal("MSG001", message.ControlId);
    }
}
