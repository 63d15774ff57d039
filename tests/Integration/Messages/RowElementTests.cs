using System.Text.Json.Nodes;
using CloudPacs.Mapping.Tests;
using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Elements that follow from rows, whatever the maps say.</summary>
public sealed class RowElementTests
{
    private const string Order = """
        MSH|^~\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015+0530||ORM^O01|S01|P|2.3.1|||||IND|UNICODE UTF-8
        PID|1||10006579^^^MERCY&1.2.3.4&ISO^MR~77^^^LAB^PI||SHARMA^RAHUL^KUMAR^^MR^^L||19800203|M
        PV1|1|O|RADOPD^ROOM2^1^MERCY||||||||||||||||VN77^^^MERCY
        ORC|NW|PLC778^HIS|FIL9931^RIS||SC||^^^20260310093000+0530^^R||20260310083000|||1005^IYER^SURESH^^^DR
        OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^CT Chest with contrast^L||||||||||||||ACC20260310001|RP0310001|SPS0310001||||CT|||^^^20260310093000+0530^^R
        """;

    private readonly Pipeline _pipeline = new();

    public RowElementTests() => _pipeline.Send(Order.ReplaceLineEndings("\r"));

    [Theory]
    [InlineData("identifier.0.use", "usual")]
    [InlineData("identifier.0.value", "10006579")]
    [InlineData("identifier.0.system", "urn:oid:1.2.3.4")]
    [InlineData("identifier.0.type.coding.0.code", "MR")]
    [InlineData("identifier.1.value", "77")]
    [InlineData("active", "true")]
    public void A_patient_has_its_numbers(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Current("Patient"), path));

    [Fact]
    public void An_encounter_has_a_state_and_a_patient()
    {
        var encounter = Current("Encounter");

        Assert.Equal(["planned", Reference("Patient")], [BaseMaps.At(encounter, "status"), BaseMaps.At(encounter, "subject.reference")]);
    }

    [Theory]
    [InlineData("status", "active")]
    [InlineData("intent", "filler-order")]
    [InlineData("identifier.0.type.coding.0.code", "PLAC")]
    [InlineData("identifier.0.value", "PLC778")]
    [InlineData("identifier.1.value", "FIL9931")]
    [InlineData("identifier.2.type.coding.0.code", "ACSN")]
    [InlineData("identifier.2.value", "ACC20260310001")]
    [InlineData("identifier.3.system", "urn:dicom:uid")]
    [InlineData("identifier.4.value", "RP0310001")]
    [InlineData("occurrenceDateTime", "2026-03-10T09:30:00+05:30")]
    public void A_request_has_state_numbers_and_time(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Current("ServiceRequest"), path));

    [Fact]
    public void A_request_refers_to_patient_visit_and_study()
    {
        var request = Current("ServiceRequest");
        var uid = _pipeline.Workspace.Rows.OfType<ProcedureRow>().Single().StudyInstanceUid;

        Assert.Equal(
            [Reference("Patient"), Reference("Encounter"), "urn:oid:" + uid],
            [BaseMaps.At(request, "subject.reference"), BaseMaps.At(request, "encounter.reference"), BaseMaps.At(request, "identifier.3.value")]);
    }

    [Theory]
    [InlineData("status", "requested")]
    [InlineData("businessStatus.text", "SCHEDULED")]
    [InlineData("intent", "filler-order")]
    [InlineData("identifier.0.value", "SPS0310001")]
    [InlineData("executionPeriod.start", "2026-03-10T09:30:00+05:30")]
    public void A_task_has_state_number_and_time(string path, string expected) => Assert.Equal(expected, BaseMaps.At(Current("Task"), path));

    [Fact]
    public void A_task_refers_to_request_patient_and_visit()
    {
        var task = Current("Task");

        Assert.Equal(
            [Reference("ServiceRequest"), Reference("ServiceRequest"), Reference("Patient"), Reference("Encounter")],
            [BaseMaps.At(task, "focus.reference"), BaseMaps.At(task, "basedOn.0.reference"), BaseMaps.At(task, "for.reference"), BaseMaps.At(task, "encounter.reference")]);
    }

    [Fact]
    public void A_step_that_gets_a_station_has_an_owner()
    {
        var uid = _pipeline.Workspace.Rows.OfType<ProcedureRow>().Single().StudyInstanceUid;

        _pipeline.Send($"MSH|^~\\&|HIS|MERCY|CP|CP|20260310084000||OMI^O23^OMI_O23|S02|P|2.5.1\rPID|1||10006579^^^MERCY&1.2.3.4&ISO^MR\rORC|XO|PLC778^HIS\rOBR|1|PLC778^HIS||CTCHEST^CT\rIPC|ACC20260310001|RP0310001|{uid}|SPS0310001|CT||||CT1\r");

        var owner = Current("Task")["owner"];

        Assert.Equal("""{"type":"Device","identifier":{"system":"urn:cloudpacs:default/ae-title","value":"CT1"},"display":"CT1"}""", owner?.ToJsonString());
    }

    [Fact]
    public void Every_item_of_a_list_has_an_id_and_no_two_are_the_same()
    {
        foreach (var row in _pipeline.Workspace.FhirWrites)
        {
            foreach (var list in JsonNode.Parse(row.Content.Span)!.AsObject().Select(static member => member.Value).OfType<JsonArray>())
            {
                var ids = list.Select(static item => (string?)item!["id"]).ToList();
                Assert.DoesNotContain(null, ids);
                Assert.Equal(ids.Distinct().Count(), ids.Count);
            }
        }
    }

    private string Reference(string type) => $"{type}/{Current(type)["id"]}";

    private JsonNode Current(string type) => JsonNode.Parse(_pipeline.Workspace.FhirWrites.Last(row => row.Type == type).Content.Span)!;
}
