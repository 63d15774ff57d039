using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>What clients write of resources that rows show: what is theirs stays, what is the domain's becomes a command or is refused.</summary>
public sealed class ClientElementTests
{
    private const string Header = "MSH|^~\\&|HIS|MERCY|CP|CP|20260310083000||";
    private const string Rahul = "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL||19800101|M|||||+91 20 1";
    private const string Order = "ORC|NW|P1^HIS|||||^^^20260310093000\rOBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||||||||||CT\rNTE|1||First";

    private readonly Pipeline _pipeline = new();

    [Fact]
    public void A_clients_extension_note_and_list_order_survive_the_next_message_and_its_elements_are_right()
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var patient = Current("Patient");
        patient["extension"] = new JsonArray(new JsonObject { ["url"] = "http://example.org/pet", ["valueString"] = "Rex" });
        var telecom = patient["telecom"]!.AsArray();
        var home = telecom[0]!.DeepClone();
        patient["telecom"] = new JsonArray(new JsonObject { ["system"] = "email", ["value"] = "rahul@example.org" }, home);
        patient["photo"] = new JsonArray(new JsonObject { ["title"] = "At the desk" });
        var request = Current("ServiceRequest");
        request["note"]!.AsArray().Insert(0, new JsonObject { ["text"] = "Ours" });
        request["performerType"] = new JsonObject { ["text"] = "Radiographer" };

        Assert.All(_pipeline.Write(Update(patient), Update(request)), static outcome => Assert.Equal((200, true), (outcome.Status, outcome.IsWritten)));
        Send("ORM^O01", $"{Rahul.Replace("+91 20 1", "+91 20 2", StringComparison.Ordinal)}\r{Order.Replace("NW", "XO", StringComparison.Ordinal).Replace("First", "Second", StringComparison.Ordinal)}");

        (patient, request) = (Current("Patient"), Current("ServiceRequest"));
        Assert.Equal("Rex", (string?)patient["extension"]![0]!["valueString"]);
        Assert.Equal("At the desk", (string?)patient["photo"]![0]!["title"]);
        Assert.Equal(["rahul@example.org", "+91 20 2"], patient["telecom"]!.AsArray().Select(static item => (string?)item!["value"]));
        Assert.Equal(["Ours", "Second"], request["note"]!.AsArray().Select(static item => (string?)item!["text"]));
        Assert.Equal("Radiographer", (string?)request["performerType"]!["text"]);
    }

    [Fact]
    public void Who_leaves_ids_and_what_rows_say_away_changes_neither_and_what_is_sent_back_is_no_version()
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var request = Current("ServiceRequest");
        var bare = (JsonObject)request.DeepClone();
        foreach (var item in bare["note"]!.AsArray()) item!.AsObject().Remove("id");
        bare.Remove("identifier");

        Assert.All(_pipeline.Write(Update(request), Update(Current("Patient")), Update(Current("Task"))), static outcome => Assert.False(outcome.IsWritten));
        Assert.False(Assert.Single(_pipeline.Write(Update(bare))).IsWritten);
    }

    [Theory]
    [InlineData("ServiceRequest", "subject", """{"reference":"Patient/00000000-0000-0000-0000-000000000001"}""", "it is the patient's")]
    [InlineData("ServiceRequest", "status", "\"completed\"", "")]
    [InlineData("ServiceRequest", "intent", "\"plan\"", "")]
    [InlineData("Task", "businessStatus", """{"text":"DONE"}""", "")]
    [InlineData("Patient", "active", "false", "")]
    public void What_the_domain_owns_and_no_command_changes_is_refused_with_its_place(string type, string element, string value, string _)
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var resource = Current(type);
        resource[element] = JsonNode.Parse(value);

        var outcome = Assert.Single(_pipeline.Write(Update(resource)));

        Assert.Equal((422, $"{type}.{element}"), (outcome.Status, outcome.Problem!.Expression));
        Assert.Equal(1, _pipeline.Workspace.FindFhir(type, (string)resource["id"]!)!.Version);
    }

    [Theory]
    [InlineData("ServiceRequest", "on-hold", StepState.OnHold, "HD")]
    [InlineData("ServiceRequest", "revoked", StepState.Canceled, "CA")]
    [InlineData("Task", "on-hold", StepState.OnHold, "HD")]
    [InlineData("Task", "cancelled", StepState.Canceled, "CA")]
    public void A_status_is_the_command_that_a_message_would_be(string type, string status, StepState state, string control)
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var byMessage = new ClientElementTests();
        byMessage.Send("ORM^O01", $"{Rahul}\r{Order}");
        byMessage.Send("ORM^O01", $"{Rahul}\rORC|{control}|P1^HIS");
        var resource = Current(type);
        resource["status"] = status;

        var outcome = Assert.Single(_pipeline.Write(Update(resource)));

        Assert.Null(outcome.Problem);
        Assert.Equal(state, Assert.Single(_pipeline.Workspace.Rows.OfType<StepRow>()).StepState);
        foreach (var shown in (string[])["ServiceRequest", "Task"])
            Assert.Equal((string?)byMessage.Current(shown)["status"], (string?)Current(shown)["status"]);
        // And on by the other door.
        if (state == StepState.OnHold)
        {
            Send("ORM^O01", $"{Rahul}\rORC|RL|P1^HIS");
            Assert.Equal("active", (string?)Current("ServiceRequest")["status"]);
        }
    }

    [Fact]
    public void What_a_client_says_of_patient_and_procedure_is_on_the_worklist_and_a_message_says_otherwise_later()
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var (patient, request) = (Current("Patient"), Current("ServiceRequest"));
        patient["name"]![0]!["family"] = "VERMA";
        request["priority"] = "stat";
        request["code"]!["coding"]![0]!["display"] = "CT of the chest";
        request["occurrenceDateTime"] = "2026-03-11T10:00:00+05:30";

        Assert.All(_pipeline.Write(Update(patient), Update(request)), static outcome => Assert.Null(outcome.Problem));

        var entry = Assert.Single(Commands.ShownEntries.Of(_pipeline.Workspace, _pipeline.Clock));
        var step = entry.GetItems(Dicom.Tags.ScheduledProcedureStepSequence)[0];
        Assert.Equal(
            ["VERMA^RAHUL", "STAT", "CT of the chest", "CT of the chest", "20260311", "100000"],
            [
                entry.GetString(Dicom.Tags.PatientName)!, entry.GetString(Dicom.Tags.RequestedProcedurePriority)!, entry.GetString(Dicom.Tags.RequestedProcedureDescription)!,
                step.GetString(Dicom.Tags.ScheduledProcedureStepDescription)!, step.GetString(Dicom.Tags.ScheduledProcedureStepStartDate)!, step.GetString(Dicom.Tags.ScheduledProcedureStepStartTime)!,
            ]);
        Assert.Equal("CT of the chest", (string?)Current("Task")["description"]);
        Send("ORM^O01", $"{Rahul}\r{Order.Replace("NW", "XO", StringComparison.Ordinal)}");
        Assert.Equal(["SHARMA", "CT Chest"], [(string?)Current("Patient")["name"]![0]!["family"], (string?)Current("Task")["description"]]);
    }

    [Fact]
    public void A_single_order_for_a_known_patient_makes_an_entry_with_numbers_of_ours()
    {
        Send("ADT^A04", Rahul);
        var patient = (string)Current("Patient")["id"]!;
        var request = JsonNode.Parse($$$"""
            {"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/{{{patient}}}"},
             "code":{"coding":[{"system":"http://loinc.org","code":"30746-2","display":"CT Chest"}]},"occurrenceDateTime":"2026-03-10T09:30:00+05:30",
             "orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}],"note":[{"text":"Contrast allergy?"}]}
            """)!.AsObject();

        var outcome = Assert.Single(_pipeline.Write(new CreateWrite(Draft(request), _pipeline.Ids.Next().ToString())));
        request.Remove("orderDetail");
        var refused = Assert.Single(_pipeline.Write(new CreateWrite(Draft(request), _pipeline.Ids.Next().ToString())));

        request["identifier"] = JsonNode.Parse($$"""[{"value":"{{new string('1', 65)}}"}]""");
        Assert.Equal("ServiceRequest.identifier", Assert.Single(_pipeline.Write(new CreateWrite(Draft(request), _pipeline.Ids.Next().ToString()))).Problem!.Expression);
        Assert.Equal((201, "active"), (outcome.Status, (string?)JsonNode.Parse(outcome.Row!.Content.Span)!["status"]));
        Assert.Equal(["placer", "filler", "accession", "study", "procedure"], Current("ServiceRequest")["identifier"]!.AsArray().Select(static item => (string?)item!["id"]));
        Assert.Equal(["CT Chest", "CT"], [(string?)Current("Task")["description"], (string?)Current("Task")["input"]![0]!["valueCodeableConcept"]!["coding"]![0]!["code"]]);
        Assert.Equal("SHARMA^RAHUL", Assert.Single(Commands.ShownEntries.Of(_pipeline.Workspace, _pipeline.Clock)).GetString(Dicom.Tags.PatientName));
        Assert.Equal((422, "required", "ServiceRequest.orderDetail"), (refused.Status, refused.Problem!.Code, refused.Problem.Expression));
    }

    [Fact]
    public void A_patient_that_another_one_replaces_is_merged()
    {
        Send("ADT^A04", Rahul);
        Send("ADT^A04", "PID|1||MRN2^^^MERCY^MR||SHARMA^RAHUL||19800101|M");
        var rows = _pipeline.Workspace.Rows.OfType<PatientRow>().ToDictionary(static row => row.Identifiers[0].Identifier.Value);
        var prior = JsonNode.Parse(_pipeline.Workspace.FindFhir("Patient", rows["MRN1"].IdText)!.Content.Span)!.AsObject();
        prior["link"] = JsonNode.Parse($$$"""[{"other":{"reference":"Patient/{{{rows["MRN2"].IdText}}}"},"type":"replaced-by"}]""");

        var outcome = Assert.Single(_pipeline.Write(Update(prior)));

        Assert.Null(outcome.Problem);
        Assert.Equal(rows["MRN2"].Id, rows["MRN1"].MergedInto);
        Assert.Equal("false", JsonNode.Parse(outcome.Row!.Content.Span)!["active"]!.ToJsonString());
    }

    [Fact]
    public void A_booking_moves_the_steps_of_its_order_and_holds_them_when_it_is_cancelled()
    {
        Send("ORM^O01", $"{Rahul}\r{Order}");
        var booking = JsonNode.Parse($$$"""
            {"resourceType":"Appointment","status":"booked","start":"2026-03-12T11:00:00+05:30","end":"2026-03-12T11:30:00+05:30",
             "basedOn":[{"reference":"ServiceRequest/{{{Current("ServiceRequest")["id"]}}}"}],
             "participant":[{"actor":{"reference":"Patient/{{{Current("Patient")["id"]}}}"},"status":"accepted"}]}
            """)!.AsObject();

        var booked = Assert.Single(_pipeline.Write(new CreateWrite(Draft(booking), _pipeline.Ids.Next().ToString())));
        var step = Assert.Single(_pipeline.Workspace.Rows.OfType<StepRow>());
        Assert.Equal((201, DateTimeOffset.Parse("2026-03-12T11:00:00+05:30", null)), (booked.Status, step.Start));
        var stored = Current("Appointment");
        stored["status"] = "cancelled";

        Assert.Null(Assert.Single(_pipeline.Write(Update(stored))).Problem);
        Assert.Equal(StepState.OnHold, step.StepState);
    }

    private void Send(string kind, string segments) => Assert.Equal(
        MessageOutcome.Applied, _pipeline.Send($"{Header}{kind}|{Guid.NewGuid():N}|P|2.5.1\r{segments}\r").Outcome);

    private JsonObject Current(string type) => JsonNode.Parse(_pipeline.Workspace.FhirWrites.Last(row => row.Type == type).Content.Span)!.AsObject();

    private static UpdateWrite Update(JsonObject resource) => new(Draft(resource), (string)resource["id"]!, null);

    private static ResourceDraft Draft(JsonObject resource) => ResourceDraft.Read(Encoding.UTF8.GetBytes(resource.ToJsonString()));
}
