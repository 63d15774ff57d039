using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>A field or a segment that no rule of the sender reads is told once, with its place, unless the site has set it aside.</summary>
public class UnreadFieldTests
{
    [Theory]
    [InlineData("AL1-5=anaphylaxis", "AL1^1^5")]
    [InlineData("AL1-4=SV", "AL1^1^4")]
    [InlineData("OBR-45=LT^Left^HL70340", "OBR^1^45")]
    [InlineData("OBR-39=^difficult veins", "OBR^1^39")]
    [InlineData("OBR-43=^needs a stretcher", "OBR^1^43")]
    [InlineData("OBR-33=77&SMITH&JOHN", "OBR^1^33")]
    [InlineData("OBR-7=20260310101500", "OBR^1^7")]
    [InlineData("ORC-11=77^SMITH^JOHN", "ORC^1^11")]
    [InlineData("ORC-25=HOLD^On hold^L", "ORC^1^25")]
    [InlineData("TQ1-11=after breakfast", "TQ1^1^11")]
    [InlineData("TQ1-3=Q6H", "TQ1^1^3")]
    [InlineData("PV2-41=ISO^Isolation^L", "PV2^1^41")]
    [InlineData("PD1-15=DNR^Do not resuscitate^L", "PD1^1^15")]
    [InlineData("PV1-42=WARD9", "PV1^1^42")]
    public void A_field(string field, string place)
    {
        var his = new HisLink();
        string[] segments = [HisLink.Pid("MRN1"), "AL1|1|DA|PEN^Penicillin^L", HisLink.Order("NW", "P1^HIS", "ACC1")];

        var reply = his.Send("ORM^O01", FieldText.With(segments, field));

        Assert.Equal(("AA", ("207", "W", place)), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Single(his.Entries);
    }

    [Theory]
    [InlineData("PRB|AD|20260310|C1^Claustrophobia^L", "PRB^1")]
    [InlineData("DB1|1|PT||Y", "DB1^1")]
    [InlineData("PR1|1||BIOPSY^Biopsy^L", "PR1^1")]
    [InlineData("IAM|1||LATEX^Latex^L", "IAM^1")]
    [InlineData("TQ2|1|S|P0^HIS", "TQ2^1")]
    [InlineData("ZIM|1|pacemaker", "ZIM^1")]
    [InlineData("ROL|1|AD|RP|77^SMITH^JOHN", "ROL^1")]
    public void A_segment(string segment, string place)
    {
        var his = new HisLink();

        var reply = his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), segment, segment);

        Assert.Equal(("AA", ("207", "W", place)), (reply.Code, Assert.Single(reply.Problems)));
    }

    [Theory]
    [InlineData("PID-1=1")]
    [InlineData("PV1-18=PRIVATE")]
    [InlineData("PV1-44=20260310")]
    [InlineData("OBR-45=\"\"")]
    [InlineData("OBR-39=^^^")]
    [InlineData("ORC-6=N")]
    [InlineData("OBR-25=F")]
    public void What_counts_or_is_set_aside_is_not_told(string field)
    {
        string[] segments = [HisLink.Pid("MRN1"), "PV1|1|O", HisLink.Order("NW", "P1^HIS", "ACC1"), "ZPI|1", "GT1|1|G1|PAYER^PAUL"];

        Assert.Empty(new HisLink().Send("ORM^O01", FieldText.With(segments, field)).Problems);
    }

    [Theory]
    [InlineData("OBR-6=20260310110000", "207", "OBR^1^6")]      // the start stands in ORC-7
    [InlineData("PID-7=29990101", "102", "PID^1^7")]
    [InlineData("PID-7=17990101", "102", "PID^1^7")]
    [InlineData("ORC-7=^^^20260310093000^^R^^after meals", "207", "ORC^1^7^1^8")]
    [InlineData("OBR-15=BLD^^^CHEST", "207", "OBR^1^15")]
    [InlineData("OBR-28=77", "102", "OBR^1^28")]
    [InlineData("PID-5=RAO^ANU^^^^^N", "102", "PID^1^5")]        // a nickname
    public void What_stands_aside_or_cannot_be_meant_is_told(string field, string code, string place)
    {
        var his = new HisLink();

        var reply = his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], field));

        Assert.Equal(("AA", (code, "W", place)), (reply.Code, Assert.Single(reply.Problems)));
    }

    [Fact]
    public void A_sender_says_what_it_does_not_want_to_be_told()
    {
        var his = new HisLink(Pipeline.With("tables: { aside+: { ZIM: '', OBR-39: '' }, aside-: [GT1] }"));

        var reply = his.Send("ORM^O01", FieldText.With(
            [HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), "ZIM|1|pacemaker", "GT1|1|G1|PAYER^PAUL"], "OBR-39=^veins"));

        Assert.Equal("GT1^1", Assert.Single(reply.Problems).Place);
    }

    [Fact]
    public void A_field_that_a_rule_reads_is_carried_over_and_not_told()
    {
        var his = new HisLink(Pipeline.With("rules: { after state: [ { id: collector, to: mwl.PatientState, from: OBR-39.2, override: true } ] }"));

        var reply = his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], "OBR-39=^veins"));

        Assert.Empty(reply.Problems);
        Assert.Equal("veins", Assert.Single(his.Entries).GetString(Tags.PatientState));
    }

    [Fact]
    public void In_a_report_what_is_said_of_results_is_read()
    {
        var reply = new HisLink().Send("ORU^R01", FieldText.With(
            [HisLink.Pid("MRN1"), "OBR|1|P1^HIS|F1^RIS|CTCHEST^CT Chest^L", "OBX|1|TX|||clear||||||F"],
            "OBR-7=20260310101500", "OBR-25=F", "OBR-33=77&SMITH&JOHN"));

        Assert.DoesNotContain(reply.Problems, static problem => problem.Code == "207" && problem.Place.StartsWith("OBR^1^", StringComparison.Ordinal));
    }
}
