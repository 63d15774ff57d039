using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Formats;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Tests.Examples;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Formats;

/// <summary>Parts of resources (FHIR R4 search.html 3.1.1.5.8, 3.1.1.5.9).</summary>
public sealed class ResourceViewTests
{
    private const string Tag = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}""";

    private const string Study = """
        {"resourceType":"ImagingStudy","meta":{"versionId":"3","tag":[{"code":"own"}]},"id":"s1","text":{"status":"generated","div":"<div/>"},
         "status":"available", "note":[{"text":"n"}],"subject":{"reference":"Patient/1","extension":[{"url":"u","valueCode":"c"}]},
         "modality":[{"extension":[{"url":"u","valueCode":"c"}]}],
         "series":[{"uid":"1.2","modality":{"code":"CT"},"instance":[{"uid":"1.2.3"}]},{"uid":"1.3","modality":{"code":"MR"},"numberOfInstances":7}],
         "extension":[{"url":"u","valueDecimal":1.00}]}
        """;

    /// <summary>The SDK goes into the entries of bundles; here each resource is asked for by itself.</summary>
    public static TheoryData<string> Examples =>
        [.. OfficialExamples.All.Where(static example => (string)JsonNode.Parse(example.Value)!["resourceType"]! != "Bundle").Select(static example => example.Key)];

    [Fact]
    public void The_summary_of_a_study_has_its_series_without_their_instances() =>
        AssertIs(
            $$$"""
            {"resourceType":"ImagingStudy","meta":{"versionId":"3","tag":[{"code":"own"},{{{Tag}}}]},"id":"s1","status":"available","note":[{"text":"n"}],"subject":{"reference":"Patient/1"},
             "series":[{"uid":"1.2","modality":{"code":"CT"}},{"uid":"1.3","modality":{"code":"MR"},"numberOfInstances":7}]}
            """,
            ResourceView.Summary.Of(Bytes(Study)));

    [Fact]
    public void The_narrative_stands_with_what_is_mandatory() =>
        AssertIs(
            $$$"""
            {"resourceType":"ImagingStudy","meta":{"versionId":"3","tag":[{"code":"own"},{{{Tag}}}]},"id":"s1","text":{"status":"generated","div":"<div/>"},
             "status":"available","subject":{"reference":"Patient/1","extension":[{"url":"u","valueCode":"c"}]}}
            """,
            ResourceView.Text.Of(Bytes(Study)));

    [Fact]
    public void Data_are_all_but_the_narrative()
    {
        var expected = JsonNode.Parse(Study)!;
        expected.AsObject().Remove("text");
        expected["meta"]!["tag"]!.AsArray().Add(JsonNode.Parse(Tag));

        AssertIs(expected.ToJsonString(), ResourceView.Data.Of(Bytes(Study)));
    }

    [Theory]
    [InlineData("value", """{"valueString":"a","_valueString":{"id":"v"},""")]
    [InlineData("valueString", """{"valueString":"a","_valueString":{"id":"v"},""")]
    [InlineData("valueQuantity", """{"valueString":"a","_valueString":{"id":"v"},""")]
    [InlineData("nothing", "{")]
    public void Elements_are_those_that_are_named_and_the_mandatory_ones(string name, string expected) =>
        AssertIs(
            $$$"""{{{expected}}}"resourceType":"Observation","status":"final","code":{"text":"c"},"meta":{"tag":[{{{Tag}}}]}}""",
            ResourceView.Elements([name]).Of(Bytes("""{"note":[{"text":"n"}],"valueString":"a","_valueString":{"id":"v"},"status":"final","code":{"text":"c"},"resourceType":"Observation"}""")));

    [Fact]
    public void A_resource_of_which_nothing_is_left_is_still_one()
    {
        AssertIs($$$"""{"resourceType":"Patient","meta":{"tag":[{{{Tag}}}]}}""", ResourceView.Text.Of(Bytes("""{"resourceType":"Patient","active":true}""")));
        AssertIs($$$"""{"resourceType":"Patient","meta":{"tag":[{{{Tag}}}]}}""", ResourceView.Text.Of(Bytes("""{"resourceType":"Patient","meta":{}}""")));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_summary_of_an_example_has_what_the_SDK_keeps_and_is_valid(string name)
    {
        var json = OfficialExamples.All[name];
        var deserializer = new BaseFhirJsonDeserializer(ModelInfo.ModelInspector, new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));
        Assert.SkipWhen(!deserializer.TryDeserializeResource(Encoding.UTF8.GetString(json), out var resource, out _), "The SDK refuses this example.");

        var ours = JsonNode.Parse(ResourceView.Summary.Of(json).Span)!;

        var theirs = JsonNode.Parse(JsonSerializer.Serialize(resource, new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector, new FhirJsonConverterOptions { SummaryFilterFactory = SerializationFilter.ForSummary }).Pretty()))!;
        var missing = Paths(theirs).Except(Paths(ours)).Where(static path => !path.Contains(".text", StringComparison.Ordinal) && !path.Contains("meta", StringComparison.Ordinal));
        Assert.Empty(missing);
        foreach (var view in new[] { ResourceView.Summary, ResourceView.Text, ResourceView.Data, ResourceView.Elements(["status"]) })
            if (FhirValidator.Validate(json).IsValid) Assert.DoesNotContain(FhirValidator.Validate(view.Of(json).Span).Problems, static p => p.Code is "structure" or "required");
    }

    private static IEnumerable<string> Paths(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(static member => member.Value is null ? [] : Paths(member.Value)),
        JsonArray items => items.SelectMany(static item => item is null ? [] : Paths(item)),
        _ => [node.GetPath()],
    };

    private static void AssertIs(string expected, ReadOnlyMemory<byte> actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.Span)), Encoding.UTF8.GetString(actual.Span));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
