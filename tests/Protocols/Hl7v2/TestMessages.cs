using System.Text;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

internal static class TestMessages
{
    public const string Order =
        "MSH|^~\\&|HIS|HOSP|CLOUDPACS|RAD|20260312142233+0530||ORM^O01^ORM_O01|MSG001|P|2.3.1|||AL|NE||8859/1\r" +
        "PID|1||12345^^^HOSP&1.2.3&ISO^MR~99^^^NAT||DOE^JANE^\"\"||19800101|F|||1 HIGH ST^^TOWN||\"\"|\r" +
        "PV1|1|O|RAD^1^2\r" +
        "ORC|NW|P1^HIS|F1^RIS||SC||^^^202603121500^^R\r" +
        "OBR|1|P1^HIS|F1^RIS|CHEST^Chest PA^L||||||||||||||ACC1|RP1|SPS1||||CR\r" +
        "ZDS|1.2.840.1^RIS^Application^DICOM\r";

    public static Message Parse(string text, ParseOptions? options = null) => Parse(Encoding.Latin1.GetBytes(text), options);

    public static Message Parse(byte[] bytes, ParseOptions? options = null)
    {
        Assert.True(Message.TryParse(bytes, options ?? ParseOptions.Default, out var message, out var problem), problem?.Text);
        return message;
    }

    /// <summary>A message that declares a character set, with the given bytes in PID-5.</summary>
    public static Message InSet(string set, byte[] value, string scheme = "", ParseOptions? options = null) =>
        Parse([.. Encoding.ASCII.GetBytes($"MSH|^~\\&|||||||ADT^A08|1|P|2.5.1||||||{set}||{scheme}\rPID|||||"), .. value, .. "|next\r"u8], options);

    /// <summary>A message with one OBX of the given OBX-5.</summary>
    public static Message WithValue(string value, string delimiters = "|^~\\&") =>
        Parse($"MSH{delimiters}|||||||ORU^R01|1|P|2.5.1\rOBX|1|FT|||{value}|\r");

    public static string? Value(string value) => WithValue(value).Segment("OBX").Field(5).Text;
}
