using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Foreign messages beside what other converters made of them (<c>Data/pairs</c>).</summary>
public sealed class BaseMapTestsCorpus(ITestOutputHelper output)
{
    private static readonly string[] Compared = ["birthDate", "gender", "name.0.family", "name.0.given.0", "address.0.city", "identifier.0.value", "maritalStatus.coding.0.code", "telecom.0.value"];

    [Fact]
    public void Foreign_messages_are_mapped_and_most_patients_agree_with_another_converter()
    {
        var root = Path.Combine(MapFiles.Shipped, "..", "tests", "Mapping", "Data", "pairs");
        var patients = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "patients.json")))!.AsObject();
        int same = 0, all = 0;

        foreach (var (name, theirs) in patients)
        {
            if (!Message.TryParse(File.ReadAllBytes(Path.Combine(root, name)), ParseOptions.Default, out var message, out _)) continue;
            var mapped = BaseMaps.Set.Resolve(message).Map(message, new MapContext(BaseMaps.ReceivedAt, static sequence => sequence));
            foreach (var scope in mapped.Procedures.SelectMany(procedure => procedure.Steps.Select(step => step.Scope).Prepend(procedure.Scope))) SenderMap.RenderFhir(scope, BaseMaps.State);
            if (mapped.Patients is not [var patient, ..]) continue;
            if (!SenderMap.RenderFhir(patient.Scope, BaseMaps.State).Patches.TryGetValue("Patient", out var patch)) continue;
            var ours = patch.ToJson();
            foreach (var path in Compared)
            {
                if (BaseMaps.At(theirs!, path) is not { } expected) continue;
                all++;
                // The identifiers of the resource are those of the row, of which the primary one comes first.
                var actual = path == "identifier.0.value" ? patient.Primary?.Value : BaseMaps.At(ours, path);
                if (actual == expected) same++;
                else output.WriteLine($"{name} {path}: {actual ?? "absent"} here, {expected} there");
            }
        }

        output.WriteLine($"{same} of {all} agree");
        Assert.True(all > 200, $"Only {all} values were compared.");
        Assert.True(same * 10 >= all * 8, $"{same} of {all} agree");
    }
}
