using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>A broken character costs itself, in every set, and is told with its place (HL7 v2.5.1 2.15.9.18; hl7apy, Orthanc FAQ).</summary>
public sealed class BrokenCharacterTests
{
    [Theory]
    // The field report: MÜLLER with its second byte missing, JÖRG whole.
    [InlineData("UNICODE UTF-8", "M\u00C3LLER^J\u00C3\u0096RG", "M\uFFFDLLER", "J\u00D6RG")]
    [InlineData("UNICODE UTF-8", "\u00E5\u00B1^J\u00C3\u0096RG", "\uFFFD", "J\u00D6RG")]
    [InlineData("UNICODE UTF-8", "A\u00FFB^J\u00C3\u0096RG", "A\uFFFDB", "J\u00D6RG")]
    [InlineData("KS X 1001", "\u00B1^\u00B1\u00E8", "\uFFFD", "\uAE40")]
    [InlineData("EUC-KR", "\u00B1\u00E8\u00FF^\u00B1\u00E8", "\uAE40\uFFFD", "\uAE40")]
    [InlineData("GB 18030-2000", "\u00C0\u00EE\u00C0 ^\u00C0\u00EE", "\u674E\uFFFD ", "\u674E")]
    [InlineData("BIG-5", "\u00A7\u00F5\u00A7 ^\u00A7\u00F5", "\u674E\uFFFD ", "\u674E")]
    [InlineData("shift_jis", "\u0083\u005C\u0083 ^\u0094\u005C", "\u30BD\uFFFD ", "\u80FD")]
    [InlineData("EUC-JP", "\u00BB\u00B3\u00BB^\u00C5\u00C4", "\u5C71\uFFFD", "\u7530")]
    [InlineData("ISO IR87", "\u001B$B;3E\u001B(B^\u001B$BED\u001B(B", "\u5C71\uFFFD", "\u7530")]
    [InlineData("8859/11", "\u00CA\u00FF^\u00CA", "\u0E2A\uFFFD", "\u0E2A")]
    [InlineData("8859/7", "\u00D3\u00D2^\u00D3", "\u03A3\uFFFD", "\u03A3")]
    [InlineData("8859/1", "M\u0081^M\u00FC", "M\uFFFD", "M\u00FC")]
    [InlineData("8859/2", "M\u0090^\u00A3", "M\uFFFD", "\u0141")]
    [InlineData("WINDOWS-1252", "M\u009D^M\u00FC", "M\uFFFD", "M\u00FC")]
    public void One_broken_character_costs_itself_and_is_told(string set, string value, string first, string second)
    {
        var bytes = Encoding.Latin1.GetBytes(value);

        var message = InSet(set, bytes);

        Assert.Equal((first, second), (Text(message, "PID-5.1"), Text(message, "PID-5.2")));
        Assert.Equal("next", Text(message, "PID-6"));
        Assert.Equal(["102 PID^1^5"], Told(message));
        Assert.Equal(message.Bytes.ToArray(), MessageWriter.CopyOf(message).ToArray());
    }

    [Theory]
    [InlineData("M\u00DCLLER^J\u00D6RG", "M\u00DCLLER")]
    [InlineData("M\u00DCLLER", "M\u00DCLLER")]
    public void What_says_UTF_8_and_holds_none_is_read_in_the_default_of_the_link_and_that_is_told(string value, string expected)
    {
        var message = InSet("UNICODE UTF-8", Encoding.Latin1.GetBytes(value));

        Assert.Equal(expected, Text(message, "PID-5"));
        Assert.Equal(["102 MSH^1^18"], Told(message));
    }

    [Fact]
    public void Where_nothing_is_declared_one_broken_character_among_many_leaves_the_rest_UTF_8()
    {
        var message = InSet("", [.. Encoding.UTF8.GetBytes("\u0418\u0412\u0410\u041D\u041E\u0412^"), 0xD0]);

        Assert.Equal(("\u0418\u0412\u0410\u041D\u041E\u0412", "\uFFFD"), (Text(message, "PID-5.1"), Text(message, "PID-5.2")));
        Assert.Equal(["101 MSH^1^18", "102 PID^1^5"], Told(message));
    }

    [Fact]
    public void A_shift_that_no_header_declares_is_told()
    {
        Assert.Equal(["102 PID^1^5"], Told(InSet("", "\u001B$B;3ED\u001B(B"u8.ToArray())));
        Assert.Equal(["102 PID^1^5"], Told(InSet("~ISO IR87", "\u001B%G;3\u001B$BED\u001B(B"u8.ToArray(), "ISO 2022-1994")));
    }

    [Fact]
    public void A_broken_character_in_UTF_16_is_told()
    {
        byte[] bytes = [.. Encoding.Unicode.GetBytes("MSH|^~\\&|A\rPID|1||1||A"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("^B\r")];

        Assert.Equal(["102 PID^1^5"], Told(Parse(bytes)));
    }

    [Theory]
    [InlineData("8859/1", "102")]
    [InlineData("", "101")]
    [InlineData("UNICODE UTF-8", "")]
    public void The_byte_order_mark_of_UTF_8_says_more_than_the_header(string set, string told)
    {
        var message = Parse([0xEF, 0xBB, 0xBF, .. InSet(set, Encoding.UTF8.GetBytes("M\u00FCller")).Bytes.Span]);

        Assert.Equal("M\u00FCller", Text(message, "PID-5"));
        Assert.Equal(told, string.Join(',', message.Warnings.Select(problem => problem.Code)));
    }

    [Fact]
    public void A_byte_order_mark_before_plain_ASCII_is_no_matter()
    {
        Assert.Empty(Parse("\u00EF\u00BB\u00BF" + Order).Warnings);
    }

    [Fact]
    public void Each_place_is_told_once_and_of_very_many_only_the_first()
    {
        var lines = string.Concat(Enumerable.Range(1, 1000).Select(n => $"NTE|{n}||\u00FF\u00FF|\u00FF\r"));

        var warnings = Parse("MSH|^~\\&|||||||ADT^A08|1|P|2.5.1||||||KS X 1001\r" + lines).Warnings;

        Assert.InRange(warnings.Count, 10, 20);
        Assert.Equal(warnings.Count, warnings.Distinct().Count());
    }

    private static string? Text(Message message, string path) => message.Get(FieldPath.Parse(path)).Text;

    private static IEnumerable<string> Told(Message message) => message.Warnings.Select(problem => $"{problem.Code} {problem.Location}");
}
