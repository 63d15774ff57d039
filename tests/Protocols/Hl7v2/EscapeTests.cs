using CloudPacs.Hl7v2;
using CloudPacs.Hl7v2.Writing;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class EscapeTests
{
    [Theory]
    [InlineData(@"A\F\B\S\C\T\D\R\E\E\F", @"A|B^C&D~E\F")]
    [InlineData(@"\H\bold\N\ plain", "bold plain")]
    [InlineData(@"a\.br\b\.br2\c", "a\nb\n\nc")]
    [InlineData(@"a\.sp\b\.sp3\c", "a\nb\n\n\nc")]
    [InlineData(@"\.fi\a\.nf\b\.in5\c\.in+2\d\.in-2\e\.ti3\f", "abcdef")]
    [InlineData(@"a\.sk3\b\.ce\c", "a   b\nc")]
    [InlineData(@"\X41\\x42\C", "ABC")]
    [InlineData(@"a\X0D0A\b\X0D\\X0A\c\X0A\d\X0D\e", "a\nb\nc\nd\ne")]
    [InlineData(@"keep \Z12\ local", @"keep \Z12\ local")]
    [InlineData(@"keep \Q\ unknown\T\", @"keep \Q\ unknown&")]
    [InlineData(@"4\5 re.", @"4\5 re.")]
    [InlineData(@"4\5 re. A\T\B", @"4\5 re. A&B")]
    [InlineData(@"odd \X4\ and \XZZ\", @"odd \X4\ and \XZZ\")]
    [InlineData(@"\.xx\ \.br9x\", @"\.xx\ \.br9x\")]
    [InlineData(@"end\", @"end\")]
    [InlineData(@"\\", @"\\")]
    [InlineData(@"lower \t\ stays", @"lower \t\ stays")]
    public void Sequences_are_read(string raw, string expected)
    {
        Assert.Equal(expected, Value(raw));
        Assert.True(WithValue(raw).Segment("OBX").Field(5).TextEquals(System.Text.Encoding.ASCII.GetBytes(expected)));
    }

    [Fact]
    public void Sequences_mean_the_separators_of_the_message()
    {
        Assert.Equal("|$*?!", WithValueOf("?F??S??R??E??T?", "|$*?!"));

        static string? WithValueOf(string value, string delimiters) => WithValue(value, delimiters).Segment("OBX").Field(5).Text;
    }

    [Fact]
    public void Hex_may_spread_a_character_over_sequences()
    {
        var message = InSet("UNICODE UTF-8", @"\XC3\\XA9\t\XC3A9\"u8.ToArray());

        Assert.Equal("\u00E9t\u00E9", message.Segment("PID").Field(5).Text);
    }

    [Fact]
    public void Hex_is_read_in_the_character_set_of_the_message()
    {
        Assert.Equal("\u0141", InSet("8859/2", @"\XA3\"u8.ToArray()).Segment("PID").Field(5).Text);
        Assert.Equal("\u674E", InSet("GB 18030-2000", @"\XC0EE\"u8.ToArray()).Segment("PID").Field(5).Text);
    }

    [Fact]
    public void A_count_of_the_sender_does_not_decide_about_memory()
    {
        Assert.Equal(99, Value(@"\.sp999999\")!.Length);
    }

    [Theory]
    [InlineData("a|b^c~d\\e&f", @"a\F\b\S\c\R\d\E\e\T\f", false)]
    [InlineData("a\r\nb\nc", @"a\X0D\\X0A\b\X0A\c", false)]
    [InlineData("a\r\nb\nc", @"a\.br\b\.br\c", true)]
    [InlineData("\u001C\u000B\u001B", @"\X1C\\X0B\\X1B\", false)]
    [InlineData("plain", "plain", false)]
    [InlineData("C:\\T\\x", @"C:\E\T\E\x", false)]
    public void Text_is_escaped_when_written(string text, string raw, bool isFormatted)
    {
        Assert.Equal(raw, EscapeWriter.Escape(text, Delimiters.Default, isFormatted));
    }

    [Fact]
    public void A_truncation_mark_is_escaped_only_at_the_end()
    {
        var delimiters = Delimiters.Default with { Truncation = (byte)'#' };

        Assert.Equal("#1 bed\\P\\", EscapeWriter.Escape("#1 bed#", delimiters, isFormatted: false));
    }

    [Fact]
    public void Without_an_escape_character_separators_become_blanks()
    {
        Assert.Equal("a b", EscapeWriter.Escape("a|b", Delimiters.Default with { Escape = 0, SubComponent = 0 }, isFormatted: false));
    }
}
