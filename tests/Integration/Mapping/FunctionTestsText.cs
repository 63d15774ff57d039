using CloudPacs.Integration.Mapping.Functions;

namespace CloudPacs.Integration.Tests.Mapping;

public sealed class FunctionTestsText
{
    [Theory]
    [InlineData("plain text", 64, "plain text")]
    [InlineData("one two", 4, "one")]
    [InlineData("abc", 0, "")]
    [InlineData("a\U0001F600b", 2, "a\U0001F600")]
    [InlineData("e\u0301e\u0301", 1, "")]
    [InlineData("e\u0301e\u0301", 2, "e\u0301")]
    [InlineData("👨‍👩‍👧x", 3, "")]
    public void A_cut_keeps_whole_text_elements_and_no_trailing_space(string text, int limit, string expected) => Assert.Equal(expected, TextLimit.Cut(text, limit));

    [Fact]
    public void Length_counts_characters_not_code_units() => Assert.Equal(3, TextLimit.Length("a\U0001F600b"));

    [Theory]
    [InlineData("  a \t b\r\nc ", "a b c")]
    [InlineData(@"left\right", "left/right")]
    [InlineData("", "")]
    public void One_line_text_has_no_separators_and_no_control_characters(string text, string expected) => Assert.Equal(expected, DicomText.OneLine(text));
}
