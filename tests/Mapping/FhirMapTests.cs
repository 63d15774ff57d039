using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>The second phase: FHIR patches, and how they are put into what is stored.</summary>
public sealed class FhirMapTests
{
    private const string Header = @"MSH|^~\&|OWN|MERCY|||20260310083015+0530||ADT^A08|1|P|2.5.1|||||IND|UNICODE UTF-8";

    private static FhirPatch Patch(string rules, string segments, FhirState? state = null)
    {
        var mapped = MapFiles.With("patient", rules).Map(Header + "\r" + segments);
        return SenderMap.RenderFhir(mapped.Patients.Single().Scope, state ?? new FhirState()).Patches["Patient"];
    }

    private static string Json(string rules, string segments, FhirState? state = null) => Patch(rules, segments, state).ToJson().ToJsonString();

    [Fact]
    public void Values_are_converted_by_the_type_of_their_element()
    {
        var json = Json("""
            - { id: a, to: Patient.gender, from: PID-8, map: gender }
            - { id: b, to: Patient.birthDate, from: PID-7 | date }
            - { id: c, to: Patient.maritalStatus, from: PID-16, map: marital }
            - { id: d, to: Patient.multipleBirthInteger, from: PID-25 | number }
            - { id: e, to: Patient.active, value: true }
            - { id: f, to: Patient.deceasedDateTime, from: PID-29 | time }
            """, "PID|||1||||19800203|M||||||||M|||||||||2||||202603100930");

        Assert.Equal("""{"resourceType":"Patient","gender":"male","birthDate":"1980-02-03","maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M","display":"Married"}]},"multipleBirthInteger":2,"active":true,"deceasedDateTime":"2026-03-10T09:30:00\u002B05:30"}""", json);
    }

    [Fact]
    public void A_template_leaves_out_what_is_absent_and_makes_lists_of_repeating_elements()
    {
        var rules = """
            - id: a
              to: Patient.contact[]
              value:
                name: { family: = PID-9.1, given: [ = PID-9.2, = PID-9.3 ] }
                relationship: v2-0131#C
                organization: { display: = PID-10.1 }
            """;

        Assert.Equal("""{"resourceType":"Patient","contact":[{"id":"map.a-1","name":{"family":"RAO","given":["ANITA"]},"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0131","code":"C"}]}]}]}""",
            Json(rules, "PID|||1||||||RAO^ANITA"));
    }

    [Fact]
    public void An_object_that_lacks_what_R4_asks_for_is_left_out_and_told_if_anything_of_it_was_sent()
    {
        var rules = """
            - id: a
              to: Patient.communication[]
              each: PID-15 as l
              value: { language: = l | cc, preferred: true }
            - id: b
              to: Patient.link[]
              each: PID-4 as o
              value: { other: { display: = o.2 }, type: "= o.3" }
            """;

        var rendered = SenderMap.RenderFhir(MapFiles.With("patient", rules).Map(Header + "\rPID|||1|^ONE^seealso~^^refer|||||||||||^^").Patients.Single().Scope, new FhirState());

        Assert.Contains("(incomplete Patient.link.other)", Assert.Single(rendered.Problems).Text, StringComparison.Ordinal);
        Assert.Equal("""{"resourceType":"Patient","link":[{"id":"map.b-1","other":{"display":"ONE"},"type":"seealso"}]}""", rendered.Patches["Patient"].ToJson().ToJsonString());
    }

    [Fact]
    public void Several_rules_fill_one_named_item()
    {
        var json = Json("""
            - { id: a, to: 'Patient.identifier[mrn].value', from: PID-3.1 }
            - { id: b, to: 'Patient.identifier[mrn].type', value: v2-0203#MR }
            - { id: c, to: 'Patient.identifier[mrn].period.start', from: PID-3.7 | time }
            - { id: d, to: 'Patient.identifier[ssn].value', from: PID-19 }
            """, "PID|||1");

        Assert.Equal("""{"resourceType":"Patient","identifier":[{"id":"map.mrn","value":"1","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}]}""", json);
    }

    [Fact]
    public void Child_rules_fill_the_item_that_their_parent_made()
    {
        var json = Json("""
            - id: a
              to: Patient.identifier[]
              each: PID-3[*] as id
              rules:
                - { id: b, to: .value, from: id.1 }
                - { id: c, to: .type.text, from: id.5 }
            """, "PID|||1^^^A^MR~2");

        Assert.Equal("""{"resourceType":"Patient","identifier":[{"id":"map.a-1","value":"1","type":{"text":"MR"}},{"id":"map.a-2","value":"2"}]}""", json);
    }

    [Fact]
    public void The_extension_of_a_primitive_stands_beside_it()
    {
        var json = Json("""
            - id: a
              to: 'Patient.birthDate.extension[time]'
              value: { url: "http://hl7.org/fhir/StructureDefinition/patient-birthTime", valueDateTime: = PID-7 | time }
            """, "PID|||1||||198002031015");

        Assert.Contains("\"_birthDate\":{\"extension\":[{\"id\":\"map.time\",\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthTime\",\"valueDateTime\":\"1980-02-03T10:15:00", json, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_the_domain_can_be_read_and_variables_may_depend_on_it()
    {
        var state = new FhirState { PatientReference = "Patient/1", AccessionNumber = new MappedIdentifier("ACC1", "RIS"), IsPatientActive = false };

        var json = Json("""
            - { id: a, set: $reference, from: "$state.patientReference ?? 'none'" }
            - { id: b, to: 'Patient.link[other].other.reference', from: $reference }
            - { id: c, to: Patient.active, from: $state.isPatientActive }
            - { id: d, to: 'Patient.identifier[acc].value', from: $state.accessionNumber }
            """, "PID|||1", state);

        Assert.Equal("""{"resourceType":"Patient","link":[{"id":"map.other","other":{"reference":"Patient/1"}}],"active":false,"identifier":[{"id":"map.acc","value":"ACC1"}]}""", json);
    }

    [Fact]
    public void Worklist_values_of_the_first_phase_can_be_read()
    {
        var order = MapFiles.Load().Set!.Find("his")!.Map(MapFiles.Order);

        var patch = SenderMap.RenderFhir(order.Procedures.Single().Scope, new FhirState { ServiceRequestStatus = "active" }).Patches["ServiceRequest"];

        Assert.Equal("""{"resourceType":"ServiceRequest","status":"active","intent":"order","identifier":[{"id":"map.acsn","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"ACSN"}]},"value":"ACC1"}]}""", patch.ToJson().ToJsonString());
    }

    [Fact]
    public void Absent_keeps_null_removes_and_a_value_replaces()
    {
        const string rules = """
            - { id: a, to: Patient.gender, from: PID-8, map: gender }
            - { id: b, to: Patient.birthDate, from: PID-7 | date }
            - { id: c, to: Patient.maritalStatus.text, from: PID-16 }
            """;
        var first = MergedResource.New(Patch(rules, "PID|||1||||19800203|M||||||||single"));

        var second = first.With(Patch(rules, "PID|||1|||||\"\"||||||||married"));

        Assert.True(second.IsChanged);
        Assert.Equal("""{"resourceType":"Patient","birthDate":"1980-02-03","maritalStatus":{"text":"married"}}""", second.Json.ToJsonString());
        Assert.Equal("male", first.Json["gender"]!.GetValue<string>());
    }

    [Fact]
    public void The_same_patch_again_changes_nothing()
    {
        const string rules = "- { id: a, to: 'Patient.identifier[]', from: 'PID-3[*] | cx | identifier' }\n- { id: b, to: 'Patient.identifier[two].value', from: PID-2.1 }";
        var first = MergedResource.New(Patch(rules, "PID||9|1^^^A&1.2&ISO~2^^^A&1.2&ISO"));

        var second = first.With(Patch(rules, "PID||9|1^^^A&1.2&ISO~2^^^A&1.2&ISO"));

        Assert.True(first.IsChanged);
        Assert.False(second.IsChanged);
        Assert.Equal(first.Content, second.Content);
    }

    [Fact]
    public void A_shorter_list_drops_its_former_items_and_leaves_named_and_foreign_ones()
    {
        const string rules = "- { id: a, to: 'Patient.telecom[]', each: PID-13 as t, value: { value: = t.1 } }\n- { id: b, to: 'Patient.telecom[work].value', from: PID-14.1 }";
        var first = MergedResource.New(Patch(rules, "PID|||1||||||||||1~2~3|9")).Changed(static patient => patient["telecom"]!.AsArray().Add((JsonNode)new JsonObject { ["value"] = "foreign" }));

        var second = first.With(Patch(rules, "PID|||1||||||||||7"));

        Assert.Equal(["7", "9", "foreign"], second.Json["telecom"]!.AsArray().Select(item => item!["value"]!.GetValue<string>()));
        Assert.Equal(["map.a-1", "map.work", "-"], second.Ids("telecom"));
    }

    [Fact]
    public void Items_that_child_rules_fill_are_replaced_whichever_child_writes_first()
    {
        const string rules = "- id: a\n  to: 'Patient.identifier[]'\n  each: PID-3[*] as id\n  rules:\n    - { id: b, to: .value, from: id.1 }\n    - { id: c, to: .type.text, from: id.5 }";
        var first = MergedResource.New(Patch(rules, "PID|||1^^^^MR~2^^^^PI"));

        var second = first.With(Patch(rules, "PID|||^^^^XX"));

        Assert.Equal("""{"resourceType":"Patient","identifier":[{"id":"map.a-1","type":{"text":"XX"}}]}""", second.Json.ToJsonString());
    }

    [Fact]
    public void A_null_slot_removes_its_item_only()
    {
        const string rules = "- { id: a, to: 'Patient.telecom[home]', from: PID-13 | telecom }\n- { id: b, to: 'Patient.telecom[work]', from: PID-14 | telecom }";
        var first = MergedResource.New(Patch(rules, "PID|||1||||||||||111|222"));

        var second = first.With(Patch(rules, "PID|||1||||||||||\"\"|"));

        Assert.Equal("222", Assert.Single(second.Json["telecom"]!.AsArray())!["value"]!.GetValue<string>());
        Assert.Equal(["map.work"], second.Ids("telecom"));
    }

    [Fact]
    public void An_author_may_insert_remove_and_move_items_and_each_rule_still_finds_its_own()
    {
        const string rules = "- { id: a, to: 'Patient.telecom[home]', from: PID-13 | telecom }\n- { id: b, to: 'Patient.telecom[work]', from: PID-14 | telecom }\n- { id: c, to: 'Patient.telecom[]', from: 'PID-40[*] | telecom' }";
        var first = MergedResource.New(Patch(rules, $"PID|||1||||||||||111|222{new string('|', 26)}333~444")).Changed(static patient =>
        {
            var list = patient["telecom"]!.AsArray();
            var (home, work) = (list[0]!.DeepClone(), list[1]!.DeepClone());
            list.RemoveAt(0);
            list[0] = new JsonObject { ["value"] = "client" };
            list.Add((JsonNode)work);
            list.Add((JsonNode)home);
        });

        var second = first.With(Patch(rules, $"PID|||1||||||||||112|223{new string('|', 26)}334"));

        Assert.Equal(["client", "334", "223", "112"], second.Json["telecom"]!.AsArray().Select(static item => (string)item!["value"]!));
        Assert.Equal(["-", "map.c-1", "map.work", "map.home"], second.Ids("telecom"));
    }

    [Fact]
    public void A_rule_that_gives_a_list_whole_leaves_the_items_of_others()
    {
        const string rules = "- { id: a, to: Patient.address, from: 'PID-11[*] | address' }";
        var first = MergedResource.New(Patch(rules, "PID|||1||||||||^^PUNE~^^DELHI")).Changed(static patient => patient["address"]!.AsArray().Insert(0, new JsonObject { ["city"] = "MUMBAI" }));

        var second = first.With(Patch(rules, "PID|||1||||||||^^GOA"));
        var third = second.With(Patch(rules, "PID|||1||||||||\"\""));

        Assert.Equal(["MUMBAI", "GOA"], second.Json["address"]!.AsArray().Select(static item => (string)item!["city"]!));
        Assert.Equal(["MUMBAI"], third.Json["address"]!.AsArray().Select(static item => (string)item!["city"]!));
    }

    [Fact]
    public void Items_of_a_resource_from_before_there_were_ids_get_theirs_when_it_is_written()
    {
        const string rules = "- { id: a, to: 'Patient.telecom[]', each: PID-13 as t, value: { value: = t.1 } }\n- { id: b, to: 'Patient.telecom[work].value', from: PID-14.1 }";
        var former = new MergedResource("""{"resourceType":"Patient","id":"1","meta":{"versionId":"1"},"identifier":[{"value":"4"},{"value":"5"},{"value":"6"}],"name":[{"text":"A"}],"telecom":[{"value":"client"},{"value":"1"},{"value":"2"},{"value":"9"}]}"""u8.ToArray(), false);
        const string slots = "identifier=primary,#fhir.patient.others:1,ssn;name=#1;telecom=-,#a:1,#a:2,work";
        var owned = new OwnedElements("Patient", "identifier[primary]", "identifier[other-*]");

        var same = former.With(Patch(rules, "PID|||1||||||||||1~2|9"), slots, owned);
        var next = former.With(Patch(rules, "PID|||1||||||||||7|9"), slots, owned);

        Assert.False(same.IsChanged);
        Assert.True(next.IsChanged);
        Assert.Equal(["client", "7", "9"], next.Json["telecom"]!.AsArray().Select(static item => (string)item!["value"]!));
        Assert.Equal(["-", "map.a-1", "map.work"], next.Ids("telecom"));
        Assert.Equal(["primary", "other-1", "map.ssn"], next.Ids("identifier"));
        Assert.Equal(["map.1"], next.Ids("name"));
    }

    [Fact]
    public void Meta_of_others_is_kept()
    {
        var stored = new MergedResource("""{"resourceType":"Patient","meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z","tag":[{"code":"x"}]}}"""u8.ToArray(), false);

        var merged = stored.With(Patch("- { id: a, to: 'Patient.meta.security[r]', value: v3-Confidentiality#R }", "PID|||1"));

        Assert.True(merged.IsChanged);
        Assert.Equal("x", (string?)merged.Json["meta"]!["tag"]![0]!["code"]);
        Assert.Equal("R", (string?)merged.Json["meta"]!["security"]![0]!["code"]);
        Assert.False(merged.With(Patch("- { id: a, to: 'Patient.meta.security[r]', value: v3-Confidentiality#R }", "PID|||1")).IsChanged);
    }

    [Fact]
    public void A_code_that_R4_does_not_have_is_left_out_with_a_warning()
    {
        var mapped = MapFiles.With("patient", "- { id: a, to: Patient.gender, from: PID-8 }").Map(Header + "\rPID|||1|||||X");

        var rendered = SenderMap.RenderFhir(mapped.Patients.Single().Scope, new FhirState());

        Assert.Equal("invalid-code Patient.gender", Assert.Single(rendered.Warnings));
        Assert.Equal("""{"resourceType":"Patient"}""", rendered.Patches["Patient"].ToJson().ToJsonString());
    }

    [Fact]
    public void Outgoing_fields_are_collected_with_null_as_delete()
    {
        var mapped = MapFiles.With("patient", "- { id: a, to: out.PID-3.1, from: PID-3.1 }\n- { id: b, to: 'out.OBX[2]-5', from: PID-8 }").Map(Header + "\rPID|||1|||||\"\"");

        var fields = SenderMap.RenderFhir(mapped.Patients.Single().Scope, new FhirState()).Out;

        Assert.Equal(["PID-3.1=1", "OBX[2]-5="], fields.Select(field => $"{field.Path}={field.Value}"));
    }
}
