using System.Text;
using CloudPacs.Fhir.Editing;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Writing;

/// <summary>FHIRPath Patch (FHIR R4 fhirpatch.html).</summary>
public sealed class FhirPathPatchTests
{
    private const string Stored =
        """{"resourceType":"Patient","id":"p","birthDate":"1970-01-01","identifier":[{"system":"s","value":"1"},{"system":"t","value":"2"}],"name":[{"family":"A","given":["b","c"],"_given":[null,{"id":"x"}]}],"extension":[{"url":"http://u","valueDecimal":1.00}],"deceasedBoolean":false}""";

    [Theory]
    [InlineData("add", "Patient", "\"name\":\"gender\",\"value\":\"male\"", "gender\":\"male")]
    [InlineData("add", "Patient.name[0]", "\"name\":\"given\",\"value\":\"d\"", "given\":[\"b\",\"c\",\"d\"],\"_given\":[null,{\"id\":\"x\"},null]")]
    [InlineData("add", "Patient", "\"name\":\"photo\",\"value\":{\"title\":\"t\"}", "photo\":[{\"title\":\"t\"}]")]
    [InlineData("add", "Patient", "\"name\":\"contact\",\"part\":{\"gender\":\"male\"}", "contact\":[{\"gender\":\"male\"}]")]
    [InlineData("insert", "Patient.name[0].given", "\"index\":1,\"value\":\"d\"", "given\":[\"b\",\"d\",\"c\"],\"_given\":[null,null,{\"id\":\"x\"}]")]
    [InlineData("insert", "Patient.identifier", "\"index\":2,\"value\":{\"value\":\"3\"}", "\"value\":\"2\"},{\"value\":\"3\"}]")]
    [InlineData("delete", "Patient.identifier.where(system = 's')", "", "identifier\":[{\"system\":\"t\",\"value\":\"2\"}]")]
    [InlineData("delete", "Patient.name.given.first()", "", "given\":[\"c\"],\"_given\":[{\"id\":\"x\"}]")]
    [InlineData("delete", "Patient.gender", "", "birthDate\":\"1970-01-01\"")]
    [InlineData("replace", "Patient.birthDate", "\"value\":\"1971\"", "birthDate\":\"1971\"")]
    [InlineData("replace", "identifier.where(system='t').value", "\"value\":\"9\"", "system\":\"t\",\"value\":\"9\"")]
    [InlineData("replace", "Patient.extension('http://u').value", "\"value\":\"q\"", "url\":\"http://u\",\"valueString\":\"q\"")]
    [InlineData("replace", "Patient.deceased", "\"value\":\"1999\",\"type\":\"DateTime\"", "deceasedDateTime\":\"1999\"")]
    [InlineData("move", "Patient.name[0].given", "\"source\":1,\"destination\":0", "given\":[\"c\",\"b\"],\"_given\":[{\"id\":\"x\"},null]")]
    public void Operations_change_what_their_path_names(string type, string path, string rest, string expected)
    {
        var patched = Encoding.UTF8.GetString(FhirPathPatch.Apply(Encoding.UTF8.GetBytes(Stored), Parameters(type, path, rest)));

        Assert.Contains(expected, patched, StringComparison.Ordinal);
        if (!path.Contains("extension", StringComparison.Ordinal)) Assert.Contains("\"valueDecimal\":1.00", patched, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add", "Patient", "\"name\":\"birthDate\",\"value\":\"1999\"", false)]
    [InlineData("add", "Patient", "\"name\":\"nonsense\",\"value\":\"1999\"", false)]
    [InlineData("add", "Patient.identifier", "\"name\":\"use\",\"value\":\"usual\"", false)]
    [InlineData("add", "Patient", "\"name\":\"gender\"", true)]
    [InlineData("insert", "Patient.identifier", "\"index\":3,\"value\":{\"value\":\"3\"}", false)]
    [InlineData("insert", "Patient.birthDate", "\"index\":0,\"value\":\"3\"", false)]
    [InlineData("delete", "Patient.identifier", "", false)]
    [InlineData("delete", "Patient", "", false)]
    [InlineData("replace", "Patient.gender", "\"value\":\"male\"", false)]
    [InlineData("move", "Patient.identifier", "\"source\":0,\"destination\":2", false)]
    [InlineData("jump", "Patient.identifier", "", true)]
    [InlineData("delete", "Patient.name.select(given)", "", false)]
    public void What_does_not_fit_is_refused(string type, string path, string rest, bool isMalformed)
    {
        var refusal = Assert.Throws<PatchException>(() => FhirPathPatch.Apply(Encoding.UTF8.GetBytes(Stored), Parameters(type, path, rest)));

        Assert.Equal(isMalformed, refusal.IsMalformed);
    }

    [Theory]
    [InlineData("""{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"contained"},{"name":"value","valueString":"x"}""", "[\"x\"]")]
    [InlineData("""{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.gender"}""", null)]
    public void What_operations_leave_of_contained_resources_has_no_elements_for_the_next(string first, string? left)
    {
        string[] operations =
        [
            first, """{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.contained[0]"}""", """{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.contained.id"}""",
        ];
        var patch = $"{{\"resourceType\":\"Parameters\",\"parameter\":[{string.Join(',', operations.Select(static parts => $"{{\"name\":\"operation\",\"part\":[{parts}]}}"))}]}}";

        var patched = FhirPathPatch.Apply("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"c"}]}"""u8, Encoding.UTF8.GetBytes(patch));

        Assert.Equal(left, System.Text.Json.Nodes.JsonNode.Parse(patched)!["contained"]?.ToJsonString());
    }

    /// <summary>The operation as Parameters; its other parts are given as members of an object.</summary>
    private static byte[] Parameters(string type, string path, string rest)
    {
        var parts = new List<string> { Part("type", "valueCode", $"\"{type}\""), Part("path", "valueString", System.Text.Json.JsonSerializer.Serialize(path)) };
        using var others = System.Text.Json.JsonDocument.Parse("{" + rest + "}");
        var chosen = others.RootElement.TryGetProperty("type", out var named) ? named.GetString() : null;
        foreach (var other in others.RootElement.EnumerateObject())
        {
            if (other.Name == "type") continue;
            if (other.Name == "part")
            {
                var inner = other.Value.EnumerateObject().Select(static member => Part(member.Name, "valueCode", member.Value.GetRawText()));
                parts.Add($"{{\"name\":\"value\",\"part\":[{string.Join(',', inner)}]}}");
                continue;
            }

            var valueType = other.Name != "value" ? other.Value.ValueKind == System.Text.Json.JsonValueKind.Number ? "Integer" : "String"
                : chosen ?? (other.Value.ValueKind == System.Text.Json.JsonValueKind.Object ? "Identifier" : "String");
            parts.Add(Part(other.Name, "value" + valueType, other.Value.GetRawText()));
        }

        return Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Parameters\",\"parameter\":[{{\"name\":\"operation\",\"part\":[{string.Join(',', parts)}]}}]}}");
    }

    private static string Part(string name, string member, string value) => $"{{\"name\":\"{name}\",\"{member}\":{value}}}";
}
