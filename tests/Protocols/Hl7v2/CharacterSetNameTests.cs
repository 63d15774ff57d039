using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>What senders write in MSH-18 beside table 0211 (nHapi#255, connect#171, ruby-hl7#31), and what nobody knows.</summary>
public sealed class CharacterSetNameTests
{
    static CharacterSetNameTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("TIS-620", 874, "\u0E2A\u0E21\u0E0A\u0E32\u0E22")]
    [InlineData("tis620", 874, "\u0E2A\u0E21")]
    [InlineData("TIS-620.2533", 874, "\u0E2A\u0E21")]
    [InlineData("windows-874", 874, "\u0E2A\u0E21")]
    [InlineData("KOI8-R", 20866, "\u0418\u0432\u0430\u043D")]
    [InlineData("csKOI8R", 20866, "\u0418\u0432\u0430\u043D")]
    [InlineData("KOI8-U", 21866, "\u0407\u0436\u0430\u043A")]
    [InlineData("MACINTOSH", 10000, "M\u00FCller")]
    [InlineData("x-mac-roman", 10000, "M\u00FCller")]
    [InlineData("EUC-JP", 51932, "\u5C71\u7530\uFF94")]
    [InlineData("ISO_8859-1", 28591, "M\u00FCller")]
    [InlineData("ISO_8859-1:1987", 28591, "M\u00FCller")]
    [InlineData("latin1", 28591, "M\u00FCller")]
    [InlineData("l1", 28591, "M\u00FCller")]
    [InlineData("iso-ir-100", 28591, "M\u00FCller")]
    [InlineData("cp1252", 1252, "\u20AC")]
    [InlineData("latin2", 28592, "\u0141")]
    [InlineData("csISOLatinCyrillic", 28595, "\u0416")]
    [InlineData("ISO-8859-15", 28605, "\u20AC")]
    [InlineData("Latin-9", 28605, "\u20AC")]
    [InlineData("ISO-8859-9", 28599, "\u015E")]
    [InlineData("IBM850", 850, "M\u00FCller")]
    [InlineData("cp866", 866, "\u0418\u0432")]
    [InlineData("UTF8", 65001, "\u0416")]
    [InlineData("utf_8", 65001, "\u0416")]
    [InlineData("csUTF8", 65001, "\u0416")]
    [InlineData("EUC-KR", 949, "\uAE40")]
    [InlineData("KS_C_5601-1987", 949, "\uAE40")]
    [InlineData("cp936", 936, "\u674E")]
    [InlineData("GB_2312-80", 936, "\u674E")]
    [InlineData("Windows-31J", 932, "\u80FD")]
    [InlineData("csBig5", 950, "\u8A31")]
    [InlineData("IBM00858", 858, "M\u00FCller \u20AC")]
    [InlineData("CCSID00858", 858, "\u20AC")]
    [InlineData("PC-Multilingual-850+euro", 858, "\u20AC")]
    [InlineData("437", 437, "M\u00FCller")]
    [InlineData("Big5-HKSCS", 950, "\u8A31\u9326")]
    public void A_set_is_known_by_all_its_names(string set, int codePage, string text)
    {
        var message = InSet(set, Encoding.GetEncoding(codePage).GetBytes(text + "^B"));

        Assert.Equal((text, "B"), (message.Get(FieldPath.Parse("PID-5")).Text, message.Get(FieldPath.Parse("PID-5.2")).Text));
        Assert.Empty(message.Warnings);
    }

    [Theory]
    [InlineData("KOI8-T", "8AC1CBC9CD5E81C1C6D5D2", "\u04B3\u0430\u043A\u0438\u043C", "\u0493\u0430\u0444\u0443\u0440")]
    [InlineData("BIG5-HKSCS", "B37A5E8A7E", "\u900F", "\U0002106F")]
    [InlineData("Big5-HKSCS", "FBFD5E8862", "\u5EF4", "\u00CA\u0304")]
    public void Sets_that_the_runtime_lacks_are_read_by_tables(string set, string bytes, string first, string second)
    {
        var message = InSet(set, Convert.FromHexString(bytes));

        Assert.Equal((first, second), (message.Get(FieldPath.Parse("PID-5")).Text, message.Get(FieldPath.Parse("PID-5.2")).Text));
        Assert.Empty(message.Warnings);
    }

    [Theory]
    [InlineData("8859/1", "4DC3BC6C6C6572", "M\u00FCller", true)]
    [InlineData("windows-1252", "D098D0B2D0B0D0BD", "\u0418\u0432\u0430\u043D", true)]
    [InlineData("8859/1", "414E4452C99253", "ANDR\u00C9\u2019S", false)]
    [InlineData("8859/1", "4DFC6C6C6572", "M\u00FCller", false)]
    [InlineData("8859/2", "4AD3AC57494B", "J\u00D3\u0179WIK", false)]
    [InlineData("8859/5", "B8D2D0DD", "\u0418\u0432\u0430\u043D", false)]
    public void Utf8_that_is_called_Latin_is_read_as_what_it_is_and_told(string set, string bytes, string text, bool isUtf8)
    {
        var message = InSet(set, Convert.FromHexString(bytes));

        Assert.Equal(text, message.Get(FieldPath.Parse("PID-5")).Text);
        Assert.Equal(isUtf8 ? ["MSH^1^18"] : [], message.Warnings.Select(static warning => warning.Location?.ToString()));
    }

    [Fact]
    public void What_Hong_Kong_does_not_have_either_costs_that_character_and_is_told()
    {
        var message = InSet("BIG5-HKSCS", Convert.FromHexString("B37AFEFF5E42"));

        Assert.StartsWith("\u900F\uFFFD", message.Get(FieldPath.Parse("PID-5")).Text, StringComparison.Ordinal);
        Assert.NotEmpty(message.Warnings);
    }

    [Fact]
    public void The_supplement_and_Katakana_of_EUC_JP_are_read_and_written()
    {
        var writer = new MessageWriter(Delimiters.Default, "EUC-JP");
        writer.Set(FieldPath.Parse("PID-5"), "\u4E02\u5C71\uFF94 A\uD83D\uDE00");

        var field = Parse(writer.ToArray()).Get(FieldPath.Parse("PID-5"));

        Assert.Equal("\u4E02\u5C71\uFF94 A?", field.Text);
        Assert.Equal([0x8F, 0xB0, 0xA1, 0xBB, 0xB3, 0x8E, 0xD4, 0x20, 0x41, 0x3F], field.Raw.ToArray());
    }

    [Theory]
    [InlineData("KLINGON", "M\u00FCller", "103 MSH^1^18")]
    [InlineData("KLINGON", "Muller", "")]
    [InlineData("KLINGON~8859/5", "M\u00FCller", "103 MSH^1^18")]
    [InlineData("8859/1~KLINGON", "M\u00FCller", "103 MSH^1^18")]
    [InlineData("ISO-2022-KR", "\u001B$)C\u000E1h\u000F", "103 MSH^1^18,102 PID^1^5")]
    [InlineData("~", "Muller", "")]
    public void A_name_that_nobody_knows_is_told_as_soon_as_it_matters(string set, string value, string told)
    {
        var warnings = InSet(set, Encoding.Latin1.GetBytes(value)).Warnings;

        Assert.Equal(told, string.Join(',', warnings.Select(problem => $"{problem.Code} {problem.Location}")));
    }

    [Fact]
    public void Text_under_an_unknown_name_is_UTF_8_where_it_is_and_else_a_further_set_or_the_default_of_the_link()
    {
        string? Name(string set, byte[] value) => InSet(set, value).Get(FieldPath.Parse("PID-5")).Text;

        Assert.Equal("\u0416", Name("KLINGON", Encoding.UTF8.GetBytes("\u0416")));
        Assert.Equal("\u0416", Name("KLINGON~8859/5", [0xB6]));
        Assert.Equal("\u00B6", Name("KLINGON", [0xB6]));
    }
}
