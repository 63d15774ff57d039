using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What stands where nobody would look for it is carried over all the same, or told.</summary>
public class UnreadSegmentTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("NTE|1||remember\rPID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#", "00104000")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\rNTE|1||remember\r#", "00104000")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\rGT1|1\rNTE|1||remember\r#", "00104000")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\rIN1|1\rNTE|1||remember\r#", "00104000")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\rZPI|1\rNTE|1||remember\r#", "00104000")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rCTI|1\rNTE|1||remember", "00402400")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rBLG|1\rNTE|1||remember", "00402400")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rZOR|1\rNTE|1||remember", "00402400")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rNTE|1||remember", "00401400")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rDG1|1\rNTE|1||remember", "00401400")]
    [InlineData("PID|1||MRN1^^^MERCY^MR||RAO^ANITA\r#\rOBX|1|NM|3141-9^Weight^LN||62|kg|||||F\rNTE|1||remember", "00401400")]
    public void A_note_is_shown_whatever_it_stands_after(string segments, string attribute)
    {
        var reply = _his.Send("ORM^O01", segments.Replace("#", HisLink.Order("NW", "P1^HIS", "ACC1"), StringComparison.Ordinal));

        Assert.Equal("AA", reply.Code);
        Assert.Empty(reply.Problems);
        Assert.Equal("remember", Assert.Single(_his.Entries).GetString(Tag.Parse(attribute)));
    }

    [Theory]
    [InlineData("PV1|1|I|W1\rPV1|2|I|W2", "PV1^2")]
    [InlineData("PV1|1|I|W1\rPV1|2|I|W1", null)]
    [InlineData("PV1|1|I|W1\rPV2|||R1^Fall\rPV2|||R2^Trauma", "PV2^2")]
    [InlineData("PV1|1|I|W1\rPV2|||R1^Fall\rPV2|||R1^Fall", null)]
    [InlineData("PD1||||D1^ONE\rPD1||||D2^TWO", "PD1^2")]
    [InlineData("PD1|||A\rPV1|1|I|W1\rPD1|||B", "PD1^2")]
    public void A_segment_that_comes_again_and_says_something_else_is_told(string segments, string? place)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), segments, HisLink.Order("NW", "P1^HIS", "ACC1"));

        Assert.Equal(("AA", place), (reply.Code, reply.Problems.SingleOrDefault().Place));
    }

    [Theory]
    [InlineData("ZDS|1.2.3^CP^Application^DICOM\rZDS|1.2.4^CP^Application^DICOM", "ZDS^2")]
    [InlineData("ZDS|1.2.3^CP^Application^DICOM\rZDS|1.2.3^CP^Application^DICOM", null)]
    public void So_is_a_second_study_of_one_order(string segments, string? place)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), segments);

        Assert.Equal(place, reply.Problems.SingleOrDefault().Place);
        Assert.Equal("1.2.3", Assert.Single(_his.Entries).GetString(Tags.StudyInstanceUid));
    }

    [Fact]
    public void Each_patient_order_and_merge_has_its_own()
    {
        var link = _his.Send("ADT^A24", HisLink.Pid("MRN1"), "PV1|1|I|W1", HisLink.Pid("MRN2"), "PV1|1|I|W2");
        var orders = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), "ZDS|1.2.3^CP^Application^DICOM",
            HisLink.Order("NW", "P2^HIS", "ACC2"), "ZDS|1.2.4^CP^Application^DICOM");

        Assert.DoesNotContain(link.Problems, static problem => problem.Code == "100");
        Assert.Empty(orders.Problems);
    }

    [Theory]
    [InlineData("OBX|1|ST|CLAU^Claustrophobia^L||yes||||||F", "OBX^1^3")]
    [InlineData("OBX|1|NM|2160-0^Creatinine^LN||1.9|mg/dL|||||F", "OBX^1^3")]
    [InlineData("OBX|1|NM|3141-9^Weight^LN||62|kg|||||F\rOBX|2|CE|IMPL^Implant^L||Y||||||F\rOBX|3|CE|DIAL^Dialysis^L||Y||||||F", "OBX^2^3")]
    [InlineData("OBX|1|NM|3141-9^Weight^LN||62|kg|||||F\rOBX|2|NM|8302-2^Height^LN||170|cm|||||F", null)]
    [InlineData("OBX|1|NM|^BODY WEIGHT||62|kg|||||F", null)]
    public void An_observation_that_no_rule_reads_is_told_once(string observations, string? place)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), observations);

        Assert.Equal(("AA", place), (reply.Code, reply.Problems.SingleOrDefault().Place));
    }

    [Theory]
    [InlineData("NTE|1||left|right side only", "NTE^1^4")]
    [InlineData("NTE|1||a|b c|d", "NTE^1^4")]
    [InlineData("NTE|1||left|RE", null)]
    [InlineData("NTE|1|P|left", null)]
    [InlineData("NTE|1||left|", null)]
    public void The_rest_of_a_comment_behind_a_field_separator_is_told(string note, string? place)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), note);

        Assert.Equal(("AA", place), (reply.Code, reply.Problems.SingleOrDefault().Place));
    }

    [Theory]
    [InlineData("W3^R7^B2^MERCY", "W3 R7 B2 MERCY")]
    [InlineData("W3", "W3")]
    [InlineData("^^^^^^^^Ward 3", "Ward 3")]
    public void Where_the_order_was_entered_is_shown_with_all_its_parts(string sent, string shown)
    {
        _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], $"ORC-13={sent}"));

        Assert.Equal(shown, Assert.Single(_his.Entries).GetString(Tags.OrderEntererLocation));
    }

    [Theory]
    [InlineData("PID-5=RAO^ANITA\uFFFE")]
    [InlineData("PID-5=\uFFFE^\uFFFE")]
    [InlineData("PID-11=1 Main\uFFFE^^Pune")]
    [InlineData("OBR-4=CTCHEST^CT \uFFFEChest^L")]
    [InlineData("OBR-16=1^DOC\uFFFE^D")]
    [InlineData("PV1-3=W\uFFFE1")]
    [InlineData("OBR-31=^pain \uFFFE\uFFFF\uFDD0")]
    public void What_is_no_character_harms_nothing(string field)
    {
        var reply = _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], field));

        Assert.Equal("AA", reply.Code);
        Assert.Equal("ACC1", Assert.Single(_his.Entries).GetString(Tags.AccessionNumber));
    }
}
