using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Testing;
using CloudPacs.Mapping.Tests;
using CloudPacs.Store.Fhir;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What is kept as FHIR after every test of the maps has gone through the pipeline.</summary>
public sealed class WrittenResourceTests
{
    private static readonly Lazy<IReadOnlyList<MapTest>> Tests = new(() => MapTestReader.ReadAll(MapFiles.Shipped, new Diagnostics()));

    public static TheoryData<string> Files => [.. Tests.Value.Select(static test => test.At.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_version_reads_strictly_as_R4(string file)
    {
        foreach (var row in Written(file))
        {
            var json = Encoding.UTF8.GetString(row.Content.Span);

            var isRead = FhirJsonDeserializer.STRICT.TryDeserializeResource(json, out var resource, out var problems);

            Assert.True(isRead, $"{row.Type}/{row.Id} version {row.Version}: {string.Join("; ", problems.Select(static problem => problem.Message))}\n{json}");
            Assert.Equal((row.Type, row.Id), (resource!.TypeName, resource.Id));
            Assert.Equal(row.Version.ToString(null, null), resource.VersionId);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_reference_leads_to_a_resource(string file)
    {
        var current = Written(file).GroupBy(static row => $"{row.Type}/{row.Id}").ToDictionary(static versions => versions.Key, static versions => versions.Last());

        foreach (var (name, row) in current)
        {
            var resource = JsonNode.Parse(row.Content.Span)!;
            var contained = resource["contained"]?.AsArray().Select(static node => "#" + (string)node!["id"]!).ToHashSet() ?? [];

            Assert.All(References(resource), target => Assert.True(current.ContainsKey(target) || contained.Contains(target), $"{name} refers to {target}, which is not there."));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_system_is_a_URI(string file)
    {
        foreach (var row in Written(file))
            Assert.All(Systems(JsonNode.Parse(row.Content.Span)), system => Assert.True(Uri.TryCreate(system, UriKind.Absolute, out _), $"{row.Type}: {system}"));
    }

    [Fact]
    public void The_order_cases_make_all_the_types() =>
        Assert.Equal(
            ["Encounter", "Patient", "ServiceRequest", "Task"],
            Files.Select(static row => row.Data).Where(static file => file.StartsWith("tests/cases/", StringComparison.Ordinal)).SelectMany(Written).Select(static row => row.Type).Distinct().Order());

    private static IEnumerable<string> Systems(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => member is { Key: "system", Value: JsonValue system } && system.TryGetValue<string>(out var text) && text is not ("phone" or "email" or "fax" or "url" or "pager" or "sms" or "other")
            ? [text]
            : Systems(member.Value)),
        JsonArray items => items.SelectMany(Systems),
        _ => [],
    };

    private static List<FhirResourceRow> Written(string file)
    {
        var test = Tests.Value.Single(test => test.At.File == file);
        var pipeline = Pipeline.Of(test);
        var runner = new MapTestRunner(MapFiles.Shipped, new MapEnvironment("default", TimeZoneInfo.Utc, "urn:cloudpacs:default", Guid.Empty));
        foreach (var before in test.Before) pipeline.Send(runner.BytesOf(before, test));
        pipeline.Send(test.Message is { } text ? Encoding.UTF8.GetBytes(text) : File.ReadAllBytes(Path.Combine(MapFiles.Shipped, test.MessageFile!)));
        return [.. pipeline.Workspace.FhirWrites];
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject members => members.Where(static member => member.Value is not null).SelectMany(static member =>
            member is { Key: "reference", Value: JsonValue value } ? [(string)value!] : References(member.Value!)),
        JsonArray items => items.SelectMany(static item => References(item!)),
        _ => [],
    };
}
