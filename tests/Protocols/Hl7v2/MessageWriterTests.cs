using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class MessageWriterTests
{
    [Fact]
    public void A_new_message_is_written_in_any_order_of_its_parts()
    {
        var writer = new MessageWriter(Delimiters.Default, "8859/1");
        writer.Set(0, 9, "ORM", component: 1);
        writer.Set(0, 9, "O01", component: 2);
        var pid = writer.Add("PID");
        writer.Set(pid, 5, "Jos\u00E9|x", component: 2);
        writer.Set(pid, 3, "2", repetition: 2);
        writer.Set(pid, 3, "1.2.3", 1, 4, 2);
        writer.Set(pid, 3, "1", 1, 1);
        writer.SetNull(FieldPath.Parse("PID-7"));
        writer.Set(FieldPath.Parse("NTE[2]-3"), "a\nb", isFormatted: true);

        Assert.Equal(
            "MSH|^~\\&|||||||ORM^O01|||||||||8859/1\rPID|||1^^^&1.2.3~2||^Jos\u00E9\\F\\x||\"\"\rNTE\rNTE|||a\\.br\\b\r",
            Encoding.Latin1.GetString(writer.ToArray()));
    }

    [Fact]
    public void A_place_can_be_overwritten_and_emptied()
    {
        var writer = new MessageWriter(Delimiters.Default, "ASCII");
        var pid = writer.Add("PID");
        writer.Set(pid, 3, "a^b");
        writer.Set(pid, 3, "c", component: 2);
        writer.Set(pid, 3, "d", component: 2);
        writer.Set(pid, 4, "x");
        writer.Set(pid, 4, null);

        Assert.Equal("MSH|^~\\&\rPID|||a\\S\\b^d|\r", Encoding.ASCII.GetString(writer.ToArray()));
    }

    [Fact]
    public void A_changed_copy_keeps_every_other_byte()
    {
        const string text = "\r MSH|^~\\&|A|||||||||||||||8859/1\n\nPID|1|x\\Q\\^y~z|\u00FC\r\r  obr|1||||\nNTE";
        var writer = MessageWriter.CopyOf(Parse(text));

        writer.Set(FieldPath.Parse("PID-2.2"), "\u00F6&");
        writer.Set(FieldPath.Parse("OBR-3.2"), "new");
        writer.Set(FieldPath.Parse("ZZ1-1"), "z");

        Assert.Equal(
            "\r MSH|^~\\&|A|||||||||||||||8859/1\n\nPID|1|x\\Q\\^\u00F6\\T\\~z|\u00FC\r\r  obr|1||^new||\nNTE\rZZ1|z\r",
            Encoding.Latin1.GetString(writer.ToArray()));
    }

    [Fact]
    public void A_changed_copy_of_shifted_text_keeps_every_other_byte()
    {
        var before = "MSH|^~\\&|A|||||||||||||||~ISO IR87||ISO 2022-1994\rPID|\u001B$B;3\u001B(B^\u001B$B!^@P\u001B(B\u001B(B~x|\u001B$BB@\u001B(B\r";
        var writer = MessageWriter.CopyOf(Parse(before));

        writer.Set(FieldPath.Parse("PID-1.2"), "\u5C71x");
        writer.Set(FieldPath.Parse("PID-2.2"), "y");
        writer.Set(FieldPath.Parse("PID-4"), "\u5C71");

        Assert.Equal(
            "MSH|^~\\&|A|||||||||||||||~ISO IR87||ISO 2022-1994\rPID|\u001B$B;3\u001B(B^\u001B$B;3\u001B(Bx~x|\u001B$BB@\u001B(B^y||\u001B$B;3\u001B(B\r",
            Encoding.Latin1.GetString(writer.ToArray()));
    }

    [Fact]
    public void Half_a_character_does_not_take_a_new_separator_along()
    {
        var writer = MessageWriter.CopyOf(Parse("MSH|^~\\&|A|||||||||||||||BIG-5\rPID|a\u00B6\r"));

        writer.Set(FieldPath.Parse("PID-2.2"), "new");

        Assert.Equal("new", Parse(writer.ToArray()).Get(FieldPath.Parse("PID-2.2")).Text);
    }

    [Fact]
    public void Segments_are_copied_inserted_and_removed()
    {
        var request = Parse(Order);
        var writer = MessageWriter.CopyOf(request);

        writer.Remove(writer.IndexOf("ZDS"));
        writer.Insert(writer.IndexOf("PV1"), "PD1");
        writer.Add(request.Segment("PV1"));
        writer.Copy(writer.Add("ZCP"), 1, request.Get(FieldPath.Parse("PID-3[2]")));

        var message = Parse(writer.ToArray());
        Assert.Equal(["MSH", "PID", "PD1", "PV1", "ORC", "OBR", "PV1", "ZCP"], Enumerable.Range(0, message.SegmentCount).Select(i => Encoding.ASCII.GetString(message[i].Id)));
        Assert.Equal("ZCP|99^^^NAT", Encoding.ASCII.GetString(message[7].Raw));
        Assert.Equal(-1, writer.IndexOf("ZDS"));
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        var writer = new MessageWriter(Delimiters.Default with { SubComponent = 0 }, "ASCII");

        Assert.Throws<ArgumentException>(() => writer.Set(0, 2, "x"));
        Assert.Throws<ArgumentException>(() => writer.Set(0, 0, "x"));
        Assert.Throws<ArgumentException>(() => writer.Set(0, 5, "x", 1, 1, 2));
        Assert.Throws<ArgumentException>(() => writer.Add("TOOLONG"));
        Assert.Throws<ArgumentException>(() => writer.Add(Parse(Order).Segment("PID")));
        Assert.Throws<ArgumentException>(() => new MessageWriter(Delimiters.Default, "klingon"));
    }
}
