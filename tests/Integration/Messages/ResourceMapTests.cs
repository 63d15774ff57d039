using System.Text.Json.Nodes;
using CloudPacs.FhirServer;
using CloudPacs.Mapping.Findings;
using CloudPacs.Resources;
using CloudPacs.Store.Saving;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What sites' own rules of the second phase come to.</summary>
public sealed class ResourceMapTests
{
    private const string Header = "MSH|^~\\&|HIS|MERCY|CP|CP|20260310083000||";
    private const string Rahul = "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL||19800101|M";
    private const string Visit = "PV1|1|O|||||||||||||||||VN1^^^MERCY";
    private const string Order = "ORC|NW|P1^HIS|||||^^^20260310093000\rOBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||||||||||CT";

    [Fact]
    public void A_rule_that_fails_is_told_with_its_place_and_the_message_is_applied_without_its_element()
    {
        var pipeline = Pipeline.With("""
            maps:
              - map: own@1
                per: procedure
                rules:
                  - id: own.note
                    to: ServiceRequest.patientInstruction
                    from: "OBR-20.1 ?? error(103, 'The instruction is missing.')"
            """);

        var result = pipeline.Send($"{Header}ORM^O01|M1|P|2.5.1\r{Rahul}\r{Order}\r");

        Assert.Equal(["AA", "OBR", "1", "20", "103", "W"],
            [.. new[] { "MSA-1", "ERR-2.1", "ERR-2.2", "ERR-2.3", "ERR-3.1", "ERR-4" }.Select(path => Pipeline.Answer(result, path))]);
        Assert.Contains("The instruction is missing.", result.Journal.Problems, StringComparison.Ordinal);
        Assert.Null(Current(pipeline, "ServiceRequest")["patientInstruction"]);
    }

    [Fact]
    public void A_rule_per_patient_runs_once_for_its_resource_and_once_for_outgoing_fields()
    {
        var pipeline = Pipeline.With("""
            maps:
              - map: own@1
                per: patient
                rules:
                  - { id: own.birth, to: Patient.birthDate, from: "PID-7 | date | warn('own-patient')", override: true }
                  - { id: own.type, to: Encounter.serviceType.text, from: "PV1-2 | warn('own-visit')" }
                  - { id: own.out, to: out.PID-3.1, from: PID-3.1 }
            """);

        var message = pipeline.Read(System.Text.Encoding.UTF8.GetBytes($"{Header}ADT^A08|M1|P|2.5.1\r{Rahul}\r{Visit}\r"));
        var result = pipeline.Apply(message);

        Assert.Equal("PID-3.1=MRN1", Assert.Single(message.Mapped!.Out.Select(static field => $"{field.Path}={field.Value}")));
        Assert.Equal(["own-patient", "own-visit"], result.Journal.Warnings.Where(static warning => warning.StartsWith("own", StringComparison.Ordinal)));
        Assert.Equal(["1980-01-01", "O"], [(string?)Current(pipeline, "Patient")["birthDate"], (string?)Current(pipeline, "Encounter")["serviceType"]!["text"]]);
    }

    [Theory]
    [InlineData("ServiceRequest.status", "procedure")]
    [InlineData("ServiceRequest.subject.display", "procedure")]
    [InlineData("'ServiceRequest.identifier[placer].value'", "procedure")]
    [InlineData("Task.businessStatus.text", "step")]
    [InlineData("'Patient.identifier[primary].value'", "patient")]
    [InlineData("'Patient.link[x].type'", "patient")]
    [InlineData("Encounter.subject.display", "patient")]
    [InlineData("'Patient.name[x].id'", "patient")]
    public void A_rule_for_an_element_that_follows_from_rows_is_an_error_with_a_hint(string target, string per)
    {
        var fault = Assert.Throws<FormatException>(() => Pipeline.With($"""
            maps:
              - map: own@1
                per: {per}
                rules:
                  - id: own
                    to: {target}
                    from: "'active'"
            """));

        Assert.Contains(MapCodes.OwnedElement, fault.Message, StringComparison.Ordinal);
        Assert.Contains("Take the rule out", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_for_a_resource_that_the_engine_does_not_make_is_an_error_that_names_those_it_makes()
    {
        var fault = Assert.Throws<FormatException>(() => Pipeline.With("""
            maps:
              - map: own@1
                per: patient
                rules:
                  - { id: own, to: AllergyIntolerance.code, from: AL1-3 | cc }
            """));

        Assert.Contains(MapCodes.UnmadeResource, fault.Message, StringComparison.Ordinal);
        Assert.Contains("It makes Patient, Encounter,", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_of_a_sites_own_stands_beside_those_from_rows_and_both_stay_what_they_are()
    {
        var pipeline = Pipeline.With("""
            maps:
              - map: own@1
                per: procedure
                rules:
                  - { id: own, to: 'ServiceRequest.identifier[own].value', from: OBR-20.1 }
            """);
        pipeline.Send($"{Header}ORM^O01|M1|P|2.5.1\r{Rahul}\r{Order.Replace("||||||||||||||||||||CT", "||||||||||||||||X1||||CT", StringComparison.Ordinal)}\r");

        pipeline.Send($"{Header}ORM^O01|M2|P|2.5.1\r{Rahul}\rORC|NA|P1^HIS|F2^RIS\r");

        var items = Current(pipeline, "ServiceRequest")["identifier"]!.AsArray().ToDictionary(static item => (string)item!["id"]!, static item => (string)item!["value"]!);
        Assert.Equal(["P1", "F2", "X1"], [items["placer"], items["filler"], items["map.own"]]);
    }

    [Fact]
    public void Every_type_is_served_and_owns_elements_that_R4_has()
    {
        Assert.Equal(ResourceTypes.All.Count, ResourceTypes.All.Select(static type => type.RowType).Distinct().Count());
        Assert.All(ResourceTypes.All, static type => Assert.True(type.Owned.Owns("status") || type.Owned.Owns("active")));
        Assert.All(ResourceTypes.All, static type => Assert.True(ServedTypes.Find(type.Name)?.Can(TypeInteractions.Read | TypeInteractions.Vread), type.Name));
        // What is shown is read with its row, or each version would be written as the first.
        Assert.Equal(
            ResourceTypes.All.ToDictionary(static type => type.RowType, static type => type.Name), ShownRows.All.ToDictionary());
    }

    private static JsonNode Current(Pipeline pipeline, string type) =>
        JsonNode.Parse(pipeline.Workspace.FhirWrites.Last(row => row.Type == type).Content.Span)!;
}
