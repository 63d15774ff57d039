using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>A field that names somebody, or something, else takes away what stood for the former one: no two are mixed.</summary>
public class SomebodyElseTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("PV1", 8)]
    [InlineData("OBR", 16)]
    public void A_person_who_is_named_by_an_id_alone(string segment, int field)
    {
        var name = segment == "PV1" ? Tags.ReferringPhysicianName : Tags.RequestingPhysician;
        Send("NW", segment, field, "77^SMITH^JOHN");
        Assert.Equal("SMITH^JOHN", Entry().GetString(name));

        Send("XO", segment, field, "99");

        Assert.Null(Entry().GetString(name));
    }

    [Fact]
    public void A_person_without_a_name_where_only_a_name_is_shown()
    {
        var placed = Send("NW", "ORC", 10, "99");

        Assert.Equal(("102", "W", "ORC^1^10"), Assert.Single(placed.Problems));
    }

    [Fact]
    public void A_diagnosis_without_a_code()
    {
        Send("NW", "DG1", 3, "I10^Hypertension^I10");
        Assert.Single(Entry().GetItems(Tags.AdmittingDiagnosesCodeSequence));

        Send("XO", "DG1", 3, "^Appendicitis");

        Assert.Equal("Appendicitis", Entry().GetString(Tags.AdmittingDiagnosesDescription));
        Assert.Empty(Entry().GetItems(Tags.AdmittingDiagnosesCodeSequence));
    }

    [Fact]
    public void A_reason_without_a_code()
    {
        Send("NW", "OBR", 31, "R1^Cough^L");
        Assert.Single(Entry().GetItems(Tags.ReasonForRequestedProcedureCodeSequence));

        Send("XO", "OBR", 31, "^Fever");

        Assert.Equal("Fever", Entry().GetString(Tags.ReasonForTheRequestedProcedure));
        Assert.Empty(Entry().GetItems(Tags.ReasonForRequestedProcedureCodeSequence));
    }

    [Fact]
    public void What_is_not_sent_stays()
    {
        Send("NW", "OBR", 31, "R1^Cough^L");

        Send("XO", "OBR", 16, "77^SMITH^JOHN");

        Assert.Equal("Cough", Entry().GetString(Tags.ReasonForTheRequestedProcedure));
        Assert.Single(Entry().GetItems(Tags.ReasonForRequestedProcedureCodeSequence));
    }

    private DataSet Entry() => Assert.Single(_his.Entries);

    private HisReply Send(string control, string segment, int field, string value)
    {
        var segments = new Dictionary<string, string[]>
        {
            ["PV1"] = HisLink.Fields("PV1", (1, "1"), (2, "O"), (19, "V1^^^MERCY")),
            ["ORC"] = HisLink.Fields("ORC", (1, control), (2, "P1^HIS")),
            ["OBR"] = HisLink.Fields("OBR", (1, "1"), (2, "P1^HIS"), (4, "CTCHEST^CT Chest^L"), (24, "CT"), (27, "^^^20260310093000^^R")),
        };
        if (segment == "DG1") segments["DG1"] = HisLink.Fields("DG1", (1, "1"));
        segments[segment][field] = value;
        return _his.Send("ORM^O01", [HisLink.Pid("MRN1"), .. segments.Values.Select(static fields => string.Join('|', fields))]);
    }
}
