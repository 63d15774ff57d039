using System.Text.Json.Nodes;

using CloudPacs.Hl7v2;
using CloudPacs.Integration.Mapping;

using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>Foreign messages beside what another converter made of them; runs where CLOUDPACS_CORPUS names the folder of the corpus.</summary>
public sealed class BaseMapTestsCorpus(ITestOutputHelper output)
{
    private static readonly string[] Compared = ["birthDate", "gender", "name.0.family", "name.0.given.0", "address.0.city", "identifier.0.value", "maritalStatus.coding.0.code", "telecom.0.value"];

    [Fact]
    public void Foreign_messages_are_mapped_and_most_patients_agree_with_another_converter()
    {
        var root = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS");
        Assert.SkipWhen(root is null, "CLOUDPACS_CORPUS is not set.");
        int same = 0, all = 0;

        foreach (var file in Directory.EnumerateFiles(Path.Combine(root!, "mapping", "pairs"), "*.hl7", SearchOption.AllDirectories).Order())
        {
            if (!Message.TryParse(File.ReadAllBytes(file), ParseOptions.Default, out var message, out _)) continue;
            var mapped = BaseMaps.Set.Resolve(message).Map(message, new MapContext(BaseMaps.ReceivedAt, name => name));
            foreach (var scope in mapped.Procedures.SelectMany(procedure => procedure.Steps.Select(step => step.Scope).Prepend(procedure.Scope))) SenderMap.RenderFhir(scope, BaseMaps.State);
            if (mapped.Patients is not [var patient, ..] || Patient(file[..^4] + ".fhir.json") is not { } theirs) continue;
            if (!SenderMap.RenderFhir(patient.Scope, BaseMaps.State).Patches.TryGetValue("Patient", out var patch)) continue;
            var ours = patch.ToJson();
            foreach (var path in Compared)
            {
                if (BaseMapTestsFhir.At(theirs, path) is not { } expected) continue;
                all++;
                if (BaseMapTestsFhir.At(ours, path) is var actual && actual == expected) same++;
                else output.WriteLine($"{Path.GetRelativePath(root!, file)} {path}: {actual ?? "absent"} here, {expected} there");
            }
        }

        output.WriteLine($"{same} of {all} agree");
        Assert.True(same * 10 >= all * 8, $"{same} of {all} agree");
    }

    private static JsonNode? Patient(string file) => !File.Exists(file) ? null
        : JsonNode.Parse(File.ReadAllText(file))?["entry"]?.AsArray().Select(entry => entry?["resource"]).FirstOrDefault(resource => resource?["resourceType"]?.ToString() == "Patient");
}
