using System.Text.Json.Nodes;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping.Tests;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What R4 asks for, and HL7 v2 does not: required elements, a period whose end comes after its start, a reason of cancelled bookings only.</summary>
public sealed class RequiredElementTests
{
    private const string Patient = "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL||19800101|M";

    private readonly Pipeline _pipeline = new();
    private int _number;

    [Fact]
    public void A_visit_without_a_class_has_an_unknown_one_until_one_is_sent()
    {
        Assert.Equal("UNK", AfterVisit("PV1|1||WARD||||||||||||||||VN1^^^MERCY", "class.code"));
        Assert.Equal("IMP", AfterVisit("PV1|1|I|WARD||||||||||||||||VN1^^^MERCY", "class.code"));
        Assert.Equal("IMP", AfterVisit("PV1|1||WARD2||||||||||||||||VN1^^^MERCY", "class.code"));
        Assert.Equal("IMP", AfterVisit("PV1|1|ODD|WARD3||||||||||||||||VN1^^^MERCY", "class.code"));
        Assert.Equal("UNK", AfterVisit("PV1|1|\"\"|WARD||||||||||||||||VN1^^^MERCY", "class.code"));
    }

    [Fact]
    public void A_diagnosis_without_a_description_is_told_and_left_out()
    {
        var result = Send("ADT^A01", "PV1|1|I|||||||||||||||||VN1^^^MERCY", "DG1|1|||||A", "DG1|2||R05^Cough^I10|||A");

        var only = Assert.Single(Current("Encounter")["diagnosis"]!.AsArray());
        Assert.Equal("Cough", BaseMaps.At(only!, "condition.display"));
        Assert.Contains("Encounter.diagnosis.condition", result.Journal.Problems, StringComparison.Ordinal);
        Assert.Equal(["AA", "DG1", "101", "W"], [.. new[] { "MSA-1", "ERR-2.1", "ERR-3.1", "ERR-4" }.Select(path => Pipeline.Answer(result, path))]);
    }

    [Fact]
    public void A_place_of_which_nothing_is_known_but_its_kind_is_no_location()
    {
        Assert.Null(AfterVisit("PV1|1|I|^^^^^N||||||||||||||||VN1^^^MERCY", "location"));
    }

    [Theory]
    [InlineData("20260310", "20260309120000", "2026-03-10", null)]
    [InlineData("20260310120000", "20260310", "2026-03-10T12:00:00+05:30", "2026-03-10")]
    [InlineData("20260310120000", "20260310115959", "2026-03-10T12:00:00+05:30", null)]
    [InlineData("20260310120000+0200", "20260310120000+0530", "2026-03-10T12:00:00+02:00", null)]
    [InlineData("20260310120000", "20260310120000", "2026-03-10T12:00:00+05:30", "2026-03-10T12:00:00+05:30")]
    public void A_visit_does_not_end_before_it_begins(string admitted, string discharged, string start, string? end)
    {
        var result = Send("ADT^A03", VisitOf(admitted, discharged));

        Assert.Equal([start, end], [Text("period.start"), Text("period.end")]);
        Assert.Equal(end is null ? ("102", "45") : ("", ""), (Pipeline.Answer(result, "ERR-3.1"), Pipeline.Answer(result, "ERR-2.3")));
    }

    [Fact]
    public void The_same_holds_for_what_a_message_before_said()
    {
        Send("ADT^A01", VisitOf("20260310120000", ""));
        var early = Send("ADT^A03", VisitOf("", "20260309120000"));
        Assert.Equal(["2026-03-10T12:00:00+05:30", null, "102"], [Text("period.start"), Text("period.end"), Pipeline.Answer(early, "ERR-3.1")]);

        Send("ADT^A03", VisitOf("", "20260312120000"));
        var late = Send("ADT^A08", VisitOf("20260313120000", ""));
        Assert.Equal(
            ["2026-03-10T12:00:00+05:30", "2026-03-12T12:00:00+05:30", "44"],
            [Text("period.start"), Text("period.end"), Pipeline.Answer(late, "ERR-2.3")]);

        Send("ADT^A08", VisitOf("20260313120000", "\"\""));
        Assert.Equal(["2026-03-13T12:00:00+05:30", null], [Text("period.start"), Text("period.end")]);
    }

    [Fact]
    public void The_reason_of_a_cancellation_does_not_outlive_it()
    {
        Book("S12", "");
        Book("S15", "SICK^Patient is ill");
        Assert.Equal(["cancelled", "Patient is ill"], [Shown("status"), Shown("cancelationReason.text") ?? Shown("cancelationReason.coding.0.display")]);
        Book("S12", "");
        Assert.Equal(["booked", null], [Shown("status"), Shown("cancelationReason")]);
        Book("S17", "WRONG^Wrong patient");
        Assert.Equal(["entered-in-error", null], [Shown("status"), Shown("cancelationReason")]);
        Assert.Contains("Wrong patient", Current("Appointment")["extension"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private static string VisitOf(string admitted, string discharged) => $"PV1|1|I|||||||||||||||||VN1^^^MERCY{new string('|', 25)}{admitted}|{discharged}";

    private string? AfterVisit(string visit, string path)
    {
        Send("ADT^A08", visit);
        return Current("Encounter") is var encounter && encounter[path] is null && !path.Contains('.', StringComparison.Ordinal) ? null : BaseMaps.At(encounter, path);
    }

    private void Book(string trigger, string reason) =>
        Send("SIU^" + trigger, $"SCH|A1^HIS|A1^RIS||||{reason}|||30|MIN|^^^20260311140000", Patient, "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20260311140000|||30|MIN");

    private AppliedResult Send(string type, params string[] segments)
    {
        var number = ++_number;
        var text = $"MSH|^~\\&|HIS|MERCY|CP|CP|202603100830{number:00}+0530||{type}|M{number}|P|2.5.1\r"
            + (segments.Contains(Patient) ? "" : Patient + "\r") + string.Join('\r', segments) + "\r";
        return _pipeline.Send(text);
    }

    private string? Text(string path) => BaseMaps.At(Current("Encounter"), path);

    private string? Shown(string path) => BaseMaps.At(Current("Appointment"), path);

    private JsonNode Current(string type) => JsonNode.Parse(_pipeline.Workspace.FhirWrites.Last(row => row.Type == type).Content.Span)!;
}
