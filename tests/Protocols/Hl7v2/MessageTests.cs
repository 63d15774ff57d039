using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class MessageTests
{
    [Theory]
    [InlineData("PID-3", "12345")]
    [InlineData("PID-3.4", "HOSP")]
    [InlineData("PID-3.4.2", "1.2.3")]
    [InlineData("PID-3[1].4.3", "ISO")]
    [InlineData("PID-3[2]", "99")]
    [InlineData("PID-3[2].4", "NAT")]
    [InlineData("PID-3[2].4.1", "NAT")]
    [InlineData("PID-5.2", "JANE")]
    [InlineData("OBR-18", "ACC1")]
    [InlineData("MSH-1", "|")]
    [InlineData("MSH-2", "^~\\&")]
    [InlineData("MSH-3", "HIS")]
    [InlineData("MSH-9.3", "ORM_O01")]
    public void Addresses_lead_to_values(string path, string expected)
    {
        var element = Parse(Order).Get(FieldPath.Parse(path));

        Assert.Equal(ValueState.Value, element.State);
        Assert.Equal(expected, element.Text);
        Assert.True(element.TextEquals(Encoding.ASCII.GetBytes(expected)));
    }

    [Theory]
    [InlineData("PID-99")]
    [InlineData("PID-3[3]")]
    [InlineData("PID-3[2].9")]
    [InlineData("PID-3.4.9")]
    [InlineData("PID[2]-3")]
    [InlineData("ZZZ-1")]
    [InlineData("PID-4")]
    [InlineData("PID-14")]
    [InlineData("MSH-99")]
    public void What_was_not_sent_is_absent(string path)
    {
        var element = Parse(Order).Get(FieldPath.Parse(path));

        Assert.Equal(ValueState.Absent, element.State);
        Assert.Null(element.Text);
        Assert.False(element.TextEquals(""u8));
        Assert.Equal(0, element.RepetitionCount);
        Assert.Equal(ValueState.Absent, element.Repetition(1).Component(1).SubComponent(1).Component(2).Repetition(3).SubComponent(2).State);
        Assert.Equal(0, element.ComponentCount + element.SubComponentCount);
    }

    [Fact]
    public void Two_quotes_are_null_at_every_level_and_never_text()
    {
        var message = Parse("MSH|^~\\&|A\rPID|\"\"|a^\"\"^c&\"\"|a~\"\"|\"\"  ");

        foreach (var path in new[] { "PID-1", "PID-2.2", "PID-2.3.2", "PID-3[2]", "PID-4" })
        {
            var element = message.Get(FieldPath.Parse(path));
            Assert.Equal(ValueState.Null, element.State);
            Assert.Null(element.Text);
        }
    }

    [Theory]
    [InlineData("^^^")]
    [InlineData("~")]
    [InlineData("^&^")]
    public void A_composite_of_empty_parts_is_absent(string field)
    {
        Assert.Equal(ValueState.Absent, Parse($"MSH|^~\\&|A\rPID|{field}|x").Segment("PID").Field(1).State);
    }

    [Fact]
    public void Parts_are_counted_with_their_empty_places()
    {
        var segment = Parse("MSH|^~\\&|A\rPID|~b~|a^b&c&d^|x||").Segment("PID");

        Assert.Equal(5, segment.FieldCount);
        Assert.Equal(3, segment.Field(1).RepetitionCount);
        Assert.Equal("b", segment.Field(1).Repetition(2).Text);
        Assert.Equal(3, segment.Field(2).ComponentCount);
        Assert.Equal(3, segment.Field(2).Component(2).SubComponentCount);
        Assert.Equal(1, segment.Field(3).RepetitionCount);
        Assert.Equal(0, segment.Field(4).ComponentCount);
    }

    [Fact]
    public void Deeper_levels_of_a_simple_value_are_the_value_itself()
    {
        var field = Parse("MSH|^~\\&|A\rPID|x").Segment("PID").Field(1);

        Assert.Equal("x", field.Repetition(1).Component(1).SubComponent(1).Repetition(1).Text);
        Assert.Equal(ValueState.Absent, field.Component(1).SubComponent(1).SubComponent(2).State);
    }

    [Fact]
    public void Positions_point_into_the_text()
    {
        var message = Parse(Order);
        var element = message.Get(FieldPath.Parse("PID-3.4.2"));

        Assert.Equal("1.2.3", Encoding.ASCII.GetString(message.Text.Span.Slice(element.Start, element.Length)));
    }

    [Fact]
    public void The_header_is_read_in_words()
    {
        var message = Parse(Order);

        Assert.Equal(
            ["HIS", "HOSP", "CLOUDPACS", "RAD", "ORM", "O01", "ORM_O01", "MSG001", "P", "2.3.1", "AL", "NE"],
            [
                message.SendingApplication, message.SendingFacility, message.ReceivingApplication, message.ReceivingFacility,
                message.MessageType, message.TriggerEvent, message.Structure, message.ControlId, message.ProcessingId, message.Version,
                message.AcceptAcknowledgment, message.ApplicationAcknowledgment,
            ]);
        Assert.Equal(new TimeSpan(5, 30, 0), message.DefaultOffset);
    }

    [Theory]
    [InlineData("ADT", "EVN|A08", "A08", "ADT_A01")]
    [InlineData("ADT^A04", "EVN|A08", "A04", "ADT_A01")]
    [InlineData("ORM", "PID|1", "O01", "ORM_O01")]
    [InlineData("ADT^A40", "EVN|A40", "A40", "ADT_A39")]
    [InlineData("ADT^A31", "EVN", "A31", "ADT_A05")]
    [InlineData("SIU^S14", "SCH", "S14", "SIU_S12")]
    [InlineData("MDM^T02", "EVN", "T02", "MDM_T02")]
    [InlineData("ZZZ", "PID|1", "", "ZZZ")]
    public void Event_and_structure_are_found_when_the_header_leaves_them_out(string type, string second, string trigger, string structure)
    {
        var message = Parse($"MSH|^~\\&|||||||{type}|1|P|2.5.1\r{second}\r");

        Assert.Equal(trigger, message.TriggerEvent);
        Assert.Equal(structure, message.Structure);
    }

    [Theory]
    [InlineData("2.3.1", "ADT_A24")]
    [InlineData("2.8", "ADT_A37")]
    public void The_structure_of_an_event_depends_on_the_version(string version, string structure)
    {
        Assert.Equal(structure, Parse($"MSH|^~\\&|||||||ADT^A37|1|P|{version}\r").Structure);
    }

    [Fact]
    public void Segments_are_numbered_by_id_and_unknown_ones_are_kept()
    {
        var message = Parse("MSH|^~\\&|A\rNTE|1\rZX1|z\rNTE|2\rPIDX|odd\rXY\rx|1\rMSHX|1\rPID|yes\r");

        Assert.Equal(2, message.Count("NTE"));
        Assert.Equal("2", message.Segment("NTE", 2).Field(1).Text);
        Assert.Equal(2, message[3].Occurrence);
        Assert.Equal("z", message.Segment("ZX1").Field(1).Text);
        Assert.Equal("yes", message.Segment("PID").Field(1).Text);
        Assert.False(message.Segment("PID", 2).Exists);
        Assert.Equal(1, message.Count("MSH"));
        Assert.Equal("PIDX", Encoding.ASCII.GetString(message[4].Id));
        Assert.False(message.Segment("NTE", 3).Exists);
        Assert.False(message.Segment("XY").Exists);
        Assert.False(message[99].Exists);
        Assert.Equal([1, 3], Indexes(message.Segments("NTE")));
        Assert.Equal("2", message.Segments("NTE")[1].Field(1).Text);
    }

    [Theory]
    [InlineData("a&b and ^ more", "a&b and ^ more")]
    [InlineData("line 1~line 2~", "line 1\nline 2\n")]
    [InlineData("x\\.br\\y", "x\ny")]
    [InlineData("\"\"", null)]
    public void Long_text_keeps_separators_that_were_not_escaped(string value, string? expected)
    {
        Assert.Equal(expected, WithValue(value).Segment("OBX").Field(5).LongText);
    }

    [Fact]
    public void A_cut_value_is_told_apart_from_one_that_ends_with_the_mark()
    {
        var message = Parse("MSH|^~\\&#|A\rPID|12345#|123\\P\\|12#4");

        Assert.True(message.Get(FieldPath.Parse("PID-1")).IsTruncated);
        Assert.False(message.Get(FieldPath.Parse("PID-2")).IsTruncated);
        Assert.Equal("123#", message.Get(FieldPath.Parse("PID-2")).Text);
        Assert.False(message.Get(FieldPath.Parse("PID-3")).IsTruncated);
    }

    [Fact]
    public void Text_is_copied_as_UTF8_only_when_it_fits()
    {
        var element = InSet("8859/1", Encoding.Latin1.GetBytes("M\u00FCller\\T\\x")).Segment("PID").Field(5);
        Span<byte> buffer = stackalloc byte[9];

        Assert.True(element.TryCopyUtf8(buffer, out var written));
        Assert.Equal("M\u00FCller&x", Encoding.UTF8.GetString(buffer[..written]));
        Assert.False(element.TryCopyUtf8(buffer[..8], out written));
        Assert.Equal(0, written);
    }

    private static List<int> Indexes(SegmentList segments)
    {
        var indexes = new List<int>();
        foreach (var segment in segments) indexes.Add(segment.Index);
        return indexes;
    }
}
