using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>A message that names some members of a FHIR element leaves those that it does not name (HL7 v2.5.1 2.5.3).</summary>
public class UnsaidMemberTests
{
    private readonly HisLink _his = new();

    [Fact]
    public void A_discharge_leaves_what_the_admission_said()
    {
        Send("A01", (14, "SRC^Source clinic^L"), (44, "20260309070000"));

        Send("A03", (36, "DIS^Discharged home^L"), (45, "20260310080000"));

        var encounter = _his.Resources("Encounter")[^1];
        Assert.Equal("Source clinic", (string?)encounter["hospitalization"]!["admitSource"]!["coding"]![0]!["display"]);
        Assert.Equal("Discharged home", (string?)encounter["hospitalization"]!["dischargeDisposition"]!["coding"]![0]!["display"]);
        Assert.StartsWith("2026-03-09T07:00", (string?)encounter["period"]!["start"], StringComparison.Ordinal);
        Assert.StartsWith("2026-03-10T08:00", (string?)encounter["period"]!["end"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_is_deleted_takes_no_other_with_it()
    {
        Send("A01", (14, "SRC^Source clinic^L"), (38, "DIET^Diabetic diet^L"), (44, "20260309070000"));

        var deleted = Send("A08", (14, "\"\""), (44, "\"\""));

        var encounter = _his.Resources("Encounter")[^1];
        Assert.Empty(deleted.Problems);
        Assert.Null(encounter["hospitalization"]!["admitSource"]);
        Assert.Equal("Diabetic diet", (string?)encounter["hospitalization"]!["dietPreference"]![0]!["coding"]![0]!["display"]);
        Assert.Null(encounter["period"]);
    }

    [Fact]
    public void A_security_label_stays_until_it_is_taken_away()
    {
        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PD1||||||||||||Y");
        Send("A08", (16, "VIP"));
        Assert.Equal(["R", "V"], Labels());

        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PD1||||||||||||N");
        Assert.Equal(["V"], Labels());

        Send("A08", (16, "\"\""));
        Assert.Empty(Labels());
    }

    [Fact]
    public void A_label_that_is_said_again_is_no_news()
    {
        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PD1||||||||||||Y");
        Send("A08", (16, "VIP"));
        var before = (string?)_his.Resources("Patient")[^1]["meta"]!["versionId"];

        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PD1||||||||||||Y");
        Send("A08", (16, "VIP"));

        Assert.Equal(before, (string?)_his.Resources("Patient")[^1]["meta"]!["versionId"]);
    }

    [Theory]
    [InlineData(3, "WARD7^R2^B1", "map.current")]
    [InlineData(6, "WARD3^R1^B4", "map.prior")]
    [InlineData(11, "TMP1^R9^B9", "map.temporary")]
    public void A_location_is_deleted_and_the_others_stay(int field, string value, string id)
    {
        Send("A01", (3, "WARD7^R2^B1"), (6, "WARD3^R1^B4"), (11, "TMP1^R9^B9"), (field, value));

        var deleted = Send("A08", (field, "\"\""));

        Assert.Empty(deleted.Problems);
        var left = _his.Resources("Encounter")[^1]["location"]!.AsArray().Select(static item => (string?)item!["id"]).ToList();
        Assert.Equal(2, left.Count);
        Assert.DoesNotContain(id, left);
    }

    [Theory]
    [InlineData(7, "ATND")]
    [InlineData(9, "CON")]
    [InlineData(17, "ADM")]
    public void Physicians_are_deleted(int field, string code)
    {
        Send("A01", (7, "1004^RAO^ANITA"), (9, "1007^DESAI^KIRAN"), (17, "1008^PATIL^ROHAN"));

        var deleted = Send("A08", (field, "\"\""));

        Assert.Empty(deleted.Problems);
        var left = _his.Resources("Encounter")[^1]["participant"]!.AsArray()
            .Select(static item => (string?)item!["type"]![0]!["coding"]![0]!["code"]).ToList();
        Assert.Equal(2, left.Count);
        Assert.DoesNotContain(code, left);
    }

    [Theory]
    [InlineData("NK1|1|\"\"|SPO^Spouse^L", "NK1^1^2")]
    [InlineData("PV2|||\"\"", null)]
    [InlineData("PV1|1|I|||||||||||||||||\"\"", "PV1^1^19")]
    public void What_is_not_deleted_is_told(string segment, string? place)
    {
        Send("A01", (2, "I"));

        var told = _his.Send("ADT^A08", HisLink.Pid("MRN1"), segment.StartsWith("PV1", StringComparison.Ordinal) ? segment : "PV1|1|I|||||||||||||||||VN1\r" + segment);

        if (place is null) Assert.Empty(told.Problems);
        else Assert.Equal(("103", "W", place), Assert.Single(told.Problems));
    }

    private List<string?> Labels() => (_his.Resources("Patient")[^1]["meta"]!["security"] as JsonArray)?
        .Select(static label => (string?)label!["code"]).Order().ToList() ?? [];

    private HisReply Send(string trigger, params (int Field, string Value)[] values)
    {
        var fields = new string[55];
        Array.Fill(fields, "");
        (fields[0], fields[1], fields[2], fields[19]) = ("PV1", "1", "I", "VN1");
        foreach (var (field, value) in values) fields[field] = value;
        return _his.Send($"ADT^{trigger}", HisLink.Pid("MRN1"), string.Join('|', fields));
    }
}
