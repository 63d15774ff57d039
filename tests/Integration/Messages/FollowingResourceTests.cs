using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Resources follow the rows whatever message changed them, also one that says nothing of the resource.</summary>
public class FollowingResourceTests
{
    private const string Rahul = "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL||19800101|M";
    private const string Asha = "PID|1||MRN2^^^MERCY^MR||PATEL^ASHA||19810101|F";
    private readonly Pipeline _pipeline = new();
    private int _sent;

    [Fact]
    public void A_merge_leads_all_resources_to_the_survivor_at_once()
    {
        Send("ORM^O01", Rahul, "PV1|1|O|||||||||||||||||VN1^^^MERCY", Order());

        Send("ADT^A40", Asha, "MRG|MRN1^^^MERCY^MR");

        var (prior, survivor) = (Patient("MRN1"), Patient("MRN2"));
        Assert.Equal(
            [Reference(survivor), Reference(survivor), Reference(survivor)],
            [Text("Encounter", "subject.reference"), Text("ServiceRequest", "subject.reference"), Text("Task", "for.reference")]);
        Assert.Equal("false replaced-by " + Reference(survivor), $"{prior["active"]} {prior["link"]![0]!["type"]} {prior["link"]![0]!["other"]!["reference"]}");
        Assert.Equal("true replaces " + Reference(prior), $"{survivor["active"]} {survivor["link"]![0]!["type"]} {survivor["link"]![0]!["other"]!["reference"]}");
        Assert.Equal(["usual MRN2", "old MRN1"], Identifiers(survivor));
    }

    [Fact]
    public void An_order_with_two_procedures_is_what_its_first_one_is()
    {
        Send("ORM^O01", Rahul, TwoProcedures("NW"));
        var placed = Assert.Single(Current("ServiceRequest"))["code"]!.ToJsonString();
        Send("ORM^O01", Rahul, Procedure("XO", "CTNECK", "A2"));
        var changed = Assert.Single(Current("ServiceRequest"))["code"]!.ToJsonString();

        Assert.Contains("CTCHEST", placed, StringComparison.Ordinal);
        Assert.DoesNotContain("CTABD", placed, StringComparison.Ordinal);
        Assert.Equal(placed, changed);

        static string TwoProcedures(string control) => Procedure(control, "CTCHEST", "A1") + "\r" + Procedure(control, "CTABD", "A2");

        static string Procedure(string control, string code, string accession) =>
            $"ORC|{control}|P1^HIS\rOBR|1|P1^HIS||{code}^CT^L||||||||||||||{accession}||||||CT|||^^^20260310093000";
    }

    [Fact]
    public void A_message_under_a_retired_id_does_not_bring_it_back()
    {
        Send("ADT^A28", Rahul);
        Send("ADT^A28", Asha);
        Send("ADT^A40", Asha, "MRG|MRN1^^^MERCY^MR");

        Send("ADT^A31", "PID|1||MRN1^^^MERCY^MR~4711^^^IN^NI||OLD^RECORD||19990909|M");
        Send("ORM^O01", Rahul, Order());

        Assert.Equal(["usual MRN2", "old MRN1"], Identifiers(Patient("MRN2")));
        Assert.Equal("1981-01-01", (string?)Patient("MRN2")["birthDate"]);
        Assert.Equal(Reference(Patient("MRN2")), Text("ServiceRequest", "subject.reference"));
    }

    [Fact]
    public void A_changed_id_becomes_an_old_one()
    {
        Send("ADT^A28", Rahul);

        Send("ADT^A47", "PID|1||MRN5^^^MERCY^MR||SHARMA^RAHUL", "MRG|MRN1^^^MERCY^MR");

        Assert.Equal(["usual MRN5", "old MRN1"], Identifiers(Patient("MRN5")));
    }

    [Fact]
    public void An_id_that_was_moved_is_that_of_the_other_patient_only()
    {
        Send("ADT^A28", "PID|1||MRN1^^^MERCY^MR~LAB1^^^LAB^PI||SHARMA^RAHUL||||||||||||||123456789");
        Send("ORM^O01", "PID|1||LAB1^^^LAB^PI||SHARMA^RAHUL", Order(authority: "LAB"));

        Send("ADT^A43", Asha, "MRG|LAB1^^^LAB^PI");

        Assert.Equal(["usual MRN1", " 123456789"], Identifiers(Patient("MRN1")));
        Assert.Equal(["usual MRN2", " LAB1"], Identifiers(Patient("MRN2")));
        Assert.Equal(Reference(Patient("MRN2")), Text("Task", "for.reference"));
    }

    [Fact]
    public void An_id_of_a_merged_patient_can_be_moved_out_again()
    {
        Send("ADT^A28", Rahul);
        Send("ADT^A40", Asha, "MRG|MRN1^^^MERCY^MR");

        Send("ADT^A43", "PID|1||MRN9^^^MERCY^MR||SHARMA^RAHUL", "MRG|MRN1^^^MERCY^MR");
        var moved = Patient("MRN9");
        Send("ORM^O01", Rahul, Order());

        Assert.Equal(["usual MRN2"], Identifiers(Patient("MRN2")));
        Assert.Equal(["usual MRN9", " MRN1"], Identifiers(moved));
        Assert.Equal(Reference(moved), Text("ServiceRequest", "subject.reference"));
    }

    [Fact]
    public void A_visit_has_the_number_that_it_was_given_last_and_its_orders_go_where_it_goes()
    {
        Send("ORM^O01", Rahul, "PV1|1|O|||||||||||||||||VN1^^^MERCY", Order());

        Send("ADT^A50", Rahul, "MRG|||||VN1^^^MERCY", "PV1|1|O|||||||||||||||||VN2^^^MERCY");
        var renumbered = Text("Encounter", "identifier.value");
        Send("ADT^A45", Asha, "MRG|MRN1^^^MERCY^MR||||VN2^^^MERCY", "PV1|1|O|||||||||||||||||VN3^^^MERCY");

        Assert.Equal(["VN2", "VN3"], [renumbered, Text("Encounter", "identifier.value")]);
        Assert.Equal(
            [Reference(Patient("MRN2")), Reference(Patient("MRN2")), Reference(Patient("MRN2"))],
            [Text("Encounter", "subject.reference"), Text("ServiceRequest", "subject.reference"), Text("Task", "for.reference")]);
    }

    [Fact]
    public void A_number_that_is_assigned_later_stands_in_the_request()
    {
        Send("ORM^O01", Rahul, "ORC|NW|P1^HIS|F1^RIS\rOBR|1|P1^HIS|F1^RIS|CT^CT||||||||||||||||||||CT");

        Send("ORM^O01", Rahul, "ORC|NA|P1^HIS|F2^RIS");

        var fillers = Request("P1")["identifier"]!.AsArray().Where(i => (string?)i!["type"]?["coding"]?[0]?["code"] == "FILL");
        Assert.Equal("F2", (string?)Assert.Single(fillers)!["value"]);
    }

    [Fact]
    public void A_number_that_is_asked_for_before_anything_is_described_makes_a_request()
    {
        Send("ORM^O01", Rahul, "ORC|SN|P1^HIS");

        Assert.Equal("draft", Text("ServiceRequest", "status"));
        Assert.Equal(2, Request("P1")["identifier"]!.AsArray().Count);
    }

    [Fact]
    public void A_booking_moves_the_task_and_the_request()
    {
        Send("ORM^O01", Rahul, Order());

        Send("SIU^S12", "SCH|AP1^HIS||||||||||||||||||||||||BOOKED|P1^HIS", Rahul, "AIS|1||CT^CT|20260312090000");

        Assert.Equal(
            ["2026-03-12T09:00:00+05:30", "2026-03-12T09:00:00+05:30"],
            [Text("Task", "executionPeriod.start"), Text("ServiceRequest", "occurrenceDateTime")]);
        Send("ORM^O01", Rahul, Order("SC", status: "SC", start: "20260313090000"));
        Assert.Equal("2026-03-13T09:00:00+05:30", Text("Task", "executionPeriod.start"));
    }

    [Fact]
    public void The_offset_of_the_sender_stays_when_a_later_message_says_nothing_of_the_start()
    {
        Send("ORM^O01", Rahul, Order(start: "20260310093000+0800"));

        Send("ORM^O01", Rahul, "ORC|HD|P1^HIS");

        Assert.Equal("2026-03-10T09:30:00+08:00", Text("Task", "executionPeriod.start"));
    }

    [Fact]
    public void A_start_becomes_a_period_when_its_end_is_known_and_never_both()
    {
        Send("OMG^O19", Rahul, "ORC|NW|P1^HIS\rTQ1|1||||||20260310093000\rOBR|1|P1^HIS||CT^CT||||||||||||||||||||CT");
        var before = Text("ServiceRequest", "occurrenceDateTime");

        Send("OMG^O19", Rahul, "ORC|XO|P1^HIS\rTQ1|1||||||20260310093000|20260310100000\rOBR|1|P1^HIS||CT^CT||||||||||||||||||||CT");

        Assert.Equal("2026-03-10T09:30:00+05:30", before);
        Assert.Equal(
            ["", "2026-03-10T10:00:00+05:30", "2026-03-10T10:00:00+05:30"],
            [Text("ServiceRequest", "occurrenceDateTime"), Text("ServiceRequest", "occurrencePeriod.end"), Text("Task", "executionPeriod.end")]);
        Send("SIU^S13", $"SCH|AP1^HIS{new string('|', 24)}BOOKED|P1^HIS", Rahul, "AIS|1||CT^CT|20260312233000");
        Assert.Equal(
            ["2026-03-12T23:30:00+05:30", "2026-03-13T00:00:00+05:30"], [Text("Task", "executionPeriod.start"), Text("Task", "executionPeriod.end")]);
    }

    [Theory]
    [InlineData("00010101")]
    [InlineData("00010101000000+1400")]
    [InlineData("99991231235959")]
    [InlineData("99991231235959-1200")]
    public void A_start_at_an_end_of_the_calendar_is_taken_as_any_other(string start)
    {
        Send("OMG^O19", Rahul, "ORC|NW|P1^HIS", $"TQ1|1||||||{start}|{start}", "OBR|1|P1^HIS||CT^CT||||||||||||||||||||CT");
        Send("OMG^O19", Rahul, "ORC|XO|P1^HIS", "TQ1|1||||||20260310093000", "OBR|1|P1^HIS||CT^CT||||||||||||||||||||CT");
        Send("SIU^S13", $"SCH|AP1^HIS{new string('|', 24)}BOOKED|P1^HIS", Rahul, $"AIS|1||CT^CT|{start}|||30|M");
        Send("ADT^A08", Rahul, $"PV1|1|I|||||||||||||||||VN1^^^MERCY{new string('|', 25)}{start}|{start}");

        Assert.NotEmpty(Text("Task", "executionPeriod.start"));
    }

    [Fact]
    public void A_parent_is_what_its_children_are_and_a_child_names_it()
    {
        Send("ORM^O01", Rahul, "ORC|PA|P1^HIS\rOBR|1|P1^HIS||CT^CT||||||||||||||||||||CT");
        Send("ORM^O01", Rahul, "ORC|CH|P2^HIS||||||P1&HIS\rOBR|1|P2^HIS||CT^CT||||||||||||||||||||CT");
        var (parent, child) = (Request("P1"), Request("P2"));

        Send("ORM^O01", Rahul, "ORC|CA|P1^HIS");

        Assert.Equal(("active", Reference(parent)), ((string)parent["status"]!, (string)child["basedOn"]![0]!["reference"]!));
        Assert.Equal(["revoked", "revoked"], [(string)Request("P1")["status"]!, (string)Request("P2")["status"]!]);
    }

    [Fact]
    public void The_reason_of_a_cancel_stays_with_the_task_until_it_is_opened_again()
    {
        Send("ORM^O01", Rahul, Order());

        Send("ORM^O01", Rahul, "ORC|CA|P1^HIS||||||||||||||PREG^Patient is pregnant^L");
        Send("ADT^A40", Asha, "MRG|MRN1^^^MERCY^MR");
        var canceled = Text("Task", "statusReason.text");
        Send("ORM^O01", Asha, Order());

        Assert.Equal("Patient is pregnant", canceled);
        Assert.Equal(["requested", ""], [Text("Task", "status"), Text("Task", "statusReason.text")]);
    }

    [Fact]
    public void The_time_of_the_order_is_that_of_its_first_message()
    {
        Send("ORM^O01", Rahul, Order(at: "20260310083000"));

        Send("ORM^O01", Rahul, Order("XO", at: "20260310090000"));

        Assert.Equal("2026-03-10T08:30:00+05:30", Text("ServiceRequest", "authoredOn"));
    }

    [Fact]
    public void A_message_that_changes_nothing_makes_no_version()
    {
        Send("ORM^O01", Rahul, "PV1|1|O|||||||||||||||||VN1^^^MERCY", Order("XO"));
        var before = _pipeline.Workspace.FhirWrites.Count;

        Send("ORM^O01", Rahul, "PV1|1|O|||||||||||||||||VN1^^^MERCY", Order("XO"));

        Assert.Equal(before, _pipeline.Workspace.FhirWrites.Count);
    }

    /// <summary>After every message all that was written is valid R4, and no version is left out.</summary>
    private void Send(string type, params string[] segments)
    {
        var before = _pipeline.Workspace.FhirWrites.Count;
        var result = _pipeline.Send($"MSH|^~\\&|HIS|MERCY|CP|CP|20260310083{_sent / 60}{_sent % 60:00}||{type}|M{++_sent}|P|2.5.1\r{string.Join('\r', segments)}\r");

        Assert.True(result.FirstError is null, result.FirstError?.Text);
        foreach (var row in _pipeline.Workspace.FhirWrites.Skip(before))
        {
            var isRead = FhirJsonDeserializer.STRICT.TryDeserializeResource(Encoding.UTF8.GetString(row.Content.Span), out var resource, out var problems);
            Assert.True(isRead, $"{row.Type}: {string.Join("; ", problems.Select(static problem => problem.Message))}");
            Assert.Equal(row.Version, _pipeline.Workspace.FhirWrites.Count(other => other.Type == row.Type && other.Id == row.Id && other.Version <= row.Version));
            Assert.Equal((row.Version.ToString(null, null), Pipeline.Now), (resource!.VersionId, resource.Meta!.LastUpdated));
        }
    }

    private static string Order(string control = "NW", string status = "", string start = "20260310093000", string at = "", string authority = "HIS") =>
        $"ORC|{control}|P1^{authority}|||{status}||^^^{start}||{at}\rOBR|1|P1^{authority}||CTCHEST^CT Chest^L||||||||||||||||||||CT";

    private string Text(string type, string path)
    {
        JsonNode? node = Assert.Single(Current(type));
        foreach (var name in path.Split('.')) node = node is JsonArray list ? Assert.Single(list)?[name] : node?[name];
        return (string?)node ?? "";
    }

    private JsonNode Patient(string id) => Current("Patient").Single(patient => patient["identifier"]?.AsArray().Any(i => (string?)i!["use"] == "usual" && (string?)i["value"] == id) == true);

    private JsonNode Request(string placer) => Current("ServiceRequest").Single(request => request["identifier"]!.AsArray().Any(i => (string?)i!["value"] == placer));

    private static string[] Identifiers(JsonNode patient) => [.. patient["identifier"]!.AsArray().Select(i => $"{i!["use"]} {i["value"]}")];

    private static string Reference(JsonNode resource) => $"{resource["resourceType"]}/{resource["id"]}";

    private List<JsonNode> Current(string type) =>
        [.. _pipeline.Workspace.FhirWrites.Where(row => row.Type == type).GroupBy(row => row.Id).Select(versions => JsonNode.Parse(versions.Last().Content.Span)!)];
}
