using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class CharacterSetWritingTests
{
    [Theory]
    [InlineData("JIS X 0202", "\u5C71\u4E02 \u592A|x", null)]
    [InlineData("KS X 1001", "\uAE40", "B1E8")]
    [InlineData("GB 18030-2000", "\u674E", "C0EE")]
    [InlineData("BIG-5", "\u8A31\u529F\u84CB|\\^", null)]
    [InlineData("shift_jis", "\u8868\uFF71", null)]
    [InlineData("8859/5", "\u0416&", null)]
    [InlineData("UNICODE UTF-8", "\uD83D\uDE00", null)]
    [InlineData("ISO IR14", "\uFF71", null)]
    public void Written_text_is_read_back(string set, string text, string? hex)
    {
        var writer = new MessageWriter(Delimiters.Default, set);
        writer.Set(FieldPath.Parse("PID-5.1"), text);
        writer.Set(FieldPath.Parse("PID-5.2"), "plain");

        var message = Parse(writer.ToArray());

        Assert.Equal(text, message.Get(FieldPath.Parse("PID-5.1")).Text);
        Assert.Equal("plain", message.Get(FieldPath.Parse("PID-5.2")).Text);
        if (hex is not null) Assert.Equal(hex, Convert.ToHexString(message.ReceivedBytesOf(message.Get(FieldPath.Parse("PID-5.1")))));
    }

    [Theory]
    [InlineData("ASCII", "M\u00FC", "M?")]
    [InlineData("8859/1", "\u0141\uD83D\uDE00x", "??x")]
    [InlineData("JIS X 0202", "\u0936\u5C71", "?\u5C71")]
    public void Characters_that_a_set_lacks_are_written_as_question_marks(string set, string text, string expected)
    {
        var writer = new MessageWriter(Delimiters.Default, set);
        writer.Set(FieldPath.Parse("PID-5"), text);

        Assert.Equal(expected, Parse(writer.ToArray()).Get(FieldPath.Parse("PID-5")).Text);
    }
}
