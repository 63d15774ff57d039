using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>Characters that the runtime's code pages lack or read otherwise than the standards of the sets; expected values from the codecs of Python 3.11.</summary>
public sealed class SeldomCharacterTests
{
    [Theory]
    [InlineData("8859/7", "A1A2A4A5AA", "\u2018\u2019\u20AC\u20AF\u037A")]
    [InlineData("8859/8", "AF", "\u00AF")]
    [InlineData("BIG-5", "C6A1C7B1C7FC", "\u30FE\u0414\u247D")]
    [InlineData("BIG-5", "F9D8", "\u88CF")]
    [InlineData("shift_jis", "FBFCFAB1", "\u9AD9\uFA11")]
    [InlineData("shift_jis", "EEE087908145", "\u9AD9\u2252\u30FB")]
    [InlineData("shift_jis", "8540", "\uFFFD")]
    [InlineData("~ISO IR87", "1B24427C6221411B2842", "\u9AD9\u301C")]
    [InlineData("~ISO IR87", "1B2442214221712172224C215D1B2842", "\u2016\u00A2\u00A3\u00AC\u2212")]
    [InlineData("~ISO IR87~ISO IR159", "1B24284422711B2842", "\u2116")]
    public void Are_read_by_the_standard_of_the_set(string set, string bytes, string text)
    {
        var message = InSet(set, Convert.FromHexString(bytes), "ISO 2022-1994");

        Assert.Equal(text, message.Segment("PID").Field(5).Text);
        Assert.Equal("next", message.Segment("PID").Field(6).Text);
    }
}
