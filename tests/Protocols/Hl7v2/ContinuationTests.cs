using System.Text;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>Long segments and messages that senders cut (HL7 v2.5.1 2.10.2).</summary>
public sealed class ContinuationTests
{
    private const string Header = "MSH|^~\\&|HIS|MERCY|||20260310||ORU^R01|";

    [Fact]
    public void A_segment_goes_on_in_each_ADD_that_follows_it()
    {
        var message = TestMessages.Parse(Header + "1|P|2.5.1\rOBX|1|FT|X||The first \rADD|line\\.br\\the sec\rADD|ond|m|^x\rOBX|2\r");

        var whole = Join(message);

        Assert.True(Continuation.HasAdditions(message));
        Assert.Equal(Header + "1|P|2.5.1\rOBX|1|FT|X||The first line\\.br\\the second|m|^x\rOBX|2\r", whole);
    }

    [Fact]
    public void Parts_are_joined_under_the_header_of_the_last_one()
    {
        var first = TestMessages.Parse(Header + "1|P|2.5.1\rPID|1\rOBX|1|TX|X||be\rADD|\rDSC|p1|F\r");
        var second = TestMessages.Parse(Header + "2|P|2.5.1||p1\rADD|gin\rOBX|2\rDSC|p2|F");
        var third = TestMessages.Parse(Header + "3|P|2.5.1||p2||||8859/1\nOBX|3\nNTE|1\n");

        Assert.Equal(Header + "3|P|2.5.1||||||8859/1\rPID|1\rOBX|1|TX|X||begin\rOBX|2\rOBX|3\rNTE|1\r", Join(first, second, third));
    }

    [Fact]
    public void A_character_that_was_cut_between_two_parts_is_whole_again()
    {
        var header = Header + "1|P|2.5.1||||||GB 18030-2000";
        var name = Gb18030.GetBytes("\u4E5B^\u8D75"); // The second byte of the first is the component separator.
        byte[] first = [.. Encoding.ASCII.GetBytes(header + "\rPID|1||1||"), name[0]];
        byte[] rest = [.. Encoding.ASCII.GetBytes("\rADD|"), .. name[1..]];
        Assert.True(name[1] < 0x80);

        var whole = TestMessages.Parse(Continuation.Join([TestMessages.Parse([.. first, .. rest])]));

        Assert.Equal(("\u4E5B", "\u8D75"), (whole.Get(FieldPath.Parse("PID-5.1")).Text, whole.Get(FieldPath.Parse("PID-5.2")).Text));
    }

    [Fact]
    public void A_line_that_only_begins_like_ADD_is_a_segment_of_its_own()
    {
        var text = Header + "1|P|2.5.1\rNTE|1||see\rADDITIONAL text\r";

        Assert.Equal(text, Join(TestMessages.Parse(text)));
    }

    [Fact]
    public void A_wide_message_stays_wide()
    {
        var bytes = Encoding.Unicode.GetBytes(Header + "1|P|2.5.1||p1\rNTE|1||\u674E\rADD|\u5C0F\r");

        Assert.Equal(Header + "1|P|2.5.1||\rNTE|1||\u674E\u5C0F\r", Encoding.Unicode.GetString(Continuation.Join([TestMessages.Parse(bytes)])));
    }

    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    private static string Join(params Message[] parts) => Encoding.ASCII.GetString(Continuation.Join(parts));
}
