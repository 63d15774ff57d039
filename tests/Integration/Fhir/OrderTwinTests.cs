using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Commands;
using CloudPacs.Integration.Tests.Mapping;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>The order cases by HL7 v2, and again as the FHIR resources that they became: the same entries, the same resources.</summary>
public sealed class OrderTwinTests
{
    private static readonly string[] Types = ["Patient", "Encounter", "ServiceRequest", "Task"];

    /// <summary>Who sends a message is the institution where nobody says another one (MSH-4); a resource has no sender.</summary>
    private static readonly string[] OfMessages = ["InstitutionName "];

    public static TheoryData<string> Cases => [.. MapTestFiles.Names.Select(static row => row.Data).Where(static file => file.StartsWith("tests/cases/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_order_that_is_written_as_FHIR_is_what_its_message_makes(string file)
    {
        var test = MapTestFiles.Runner.ReadTests().Single(t => t.At.File == file);
        var (byMessage, byFhir) = (Pipeline.Of(test), Pipeline.Of(test));
        foreach (var bytes in test.Before.Select(before => MapTestFiles.Runner.BytesOf(before, test)).Append(MapTestFiles.Runner.BytesOf(test)))
            if (byMessage.Send(bytes).Outcome != MessageOutcome.Applied) return;

        var sent = Current(byMessage.Workspace);
        var outcomes = byFhir.Write([.. sent.Select(AsNew)]);
        var closed = Close(byFhir, sent, outcomes);

        Assert.All(outcomes.Concat(closed), static outcome => Assert.Null(outcome.Problem));
        AssertAlike(byMessage, byFhir);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Changes_and_cancels_by_the_other_door_end_alike(string file)
    {
        var test = MapTestFiles.Runner.ReadTests().Single(t => t.At.File == file);
        var (byMessage, byFhir) = (Pipeline.Of(test), Pipeline.Of(test));
        var message = MapTestFiles.Runner.BytesOf(test);
        if (test.Before.Count > 0 || byMessage.Send(message).Outcome != MessageOutcome.Applied) return;
        byFhir.Write([.. Current(byMessage.Workspace).Select(AsNew)]);

        // The order of a message is changed by FHIR, that of FHIR by a message; then the other way round.
        Assert.All(byMessage.Write(Changed(byMessage, "priority", "stat")), static outcome => Assert.Null(outcome.Problem));
        Assert.All(byFhir.Write(Changed(byFhir, "priority", "stat")), static outcome => Assert.Null(outcome.Problem));
        AssertAlike(byMessage, byFhir);
        var change = Encoding.Latin1.GetBytes(Regex.Replace(Regex.Replace(Encoding.Latin1.GetString(message), @"\rORC\|NW\|", "\rORC|XO|"), @"\|P\|2\.", "-XO|P|2."));
        Assert.Equal([MessageOutcome.Applied, MessageOutcome.Applied], [byMessage.Send(change).Outcome, byFhir.Send(change).Outcome]);
        AssertAlike(byMessage, byFhir);
        Assert.All(byMessage.Write(Changed(byMessage, "status", "revoked")), static outcome => Assert.Null(outcome.Problem));
        var cancel = Encoding.Latin1.GetBytes(Regex.Replace(Encoding.Latin1.GetString(change).Replace("-XO|P|2.", "-CA|P|2.", StringComparison.Ordinal), @"\rORC\|XO\|", "\rORC|CA|"));
        Assert.Equal(MessageOutcome.Applied, byFhir.Send(cancel).Outcome);
        Assert.Empty(ShownEntries.Of(byMessage.Workspace, byMessage.Clock));
        AssertAlike(byMessage, byFhir);
    }

    private static FhirWrite[] Changed(Pipeline pipeline, string element, string value) =>
    [
        .. Current(pipeline.Workspace).Where(static row => row.Type == "ServiceRequest").Select(row =>
        {
            var resource = Parse(row);
            resource[element] = value;
            return new UpdateWrite(Draft(resource), row.Id, row.Version);
        })
    ];

    private static void AssertAlike(Pipeline byMessage, Pipeline byFhir)
    {
        Assert.DoesNotContain(Differences(Entries(byMessage), Entries(byFhir)), static line => !OfMessages.Any(line[2..].TrimStart().StartsWith));
        Assert.Empty(Differences(Shown(Current(byMessage.Workspace)), Shown(Current(byFhir.Workspace))));
    }

    /// <summary>Orders that are cancelled were placed before: they are placed, and then revoked.</summary>
    private static IReadOnlyList<WriteOutcome> Close(Pipeline pipeline, IReadOnlyList<FhirResourceRow> sent, IReadOnlyList<WriteOutcome> outcomes)
    {
        var updates = new List<FhirWrite>();
        foreach (var (row, outcome) in sent.Zip(outcomes))
        {
            if (row.Type != "ServiceRequest" || outcome.Row is null) continue;
            var status = (string)Parse(row)["status"]!;
            var current = Parse(outcome.Row);
            if (status == (string?)current["status"]) continue;
            current["status"] = status;
            updates.Add(new UpdateWrite(Draft(current), outcome.Row.Id, null));
        }

        return updates.Count == 0 ? [] : pipeline.Write(updates);
    }

    private static CreateWrite AsNew(FhirResourceRow row)
    {
        var resource = Parse(row);
        if (row.Type == "ServiceRequest" && (string?)resource["status"] is "revoked") resource["status"] = "active";
        return new CreateWrite(Draft(resource), row.Id);
    }

    private static List<FhirResourceRow> Current(Workspace workspace) =>
        [.. workspace.FhirWrites.Where(static row => Types.Contains(row.Type)).GroupBy(static row => (row.Type, row.Id)).Select(static versions => versions.Last())];

    private static IEnumerable<string> Entries(Pipeline pipeline) =>
        ShownEntries.Of(pipeline.Workspace, pipeline.Clock).SelectMany(static (entry, i) => Lines(entry).Select(line => $"{line} ({i})"));

    private static List<string> Differences(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (left, right) = (expected.ToList(), actual.ToList());
        return [.. left.Where(line => !right.Remove(line)).Select(static line => "- " + line).ToList(), .. right.Select(static line => "+ " + line)];
    }

    private static IEnumerable<string> Lines(DataSet entry, string indent = "")
    {
        foreach (var element in entry)
        {
            if (element.Items.Count == 0) yield return $"{indent}{DicomDictionary.NameOf(element.Tag)} {string.Join('\\', element.Values)}";
            else yield return $"{indent}{DicomDictionary.NameOf(element.Tag)}";
            foreach (var line in element.Items.SelectMany(item => Lines(item, indent + "  "))) yield return line;
        }
    }

    /// <summary>Without ids and versions; references by the place of what they refer to.</summary>
    private static IEnumerable<string> Shown(List<FhirResourceRow> rows)
    {
        var names = rows.GroupBy(static row => row.Type).SelectMany(static same => same.Select((row, i) => ($"{row.Type}/{row.Id}", $"{row.Type} {i}"))).ToDictionary();
        return rows.OrderBy(row => names[$"{row.Type}/{row.Id}"], StringComparer.Ordinal).SelectMany(row =>
        {
            var resource = Parse(row);
            resource.Remove("id");
            var meta = resource["meta"]!.AsObject();
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            return Flat(resource, names[$"{row.Type}/{row.Id}"], names);
        });
    }

    private static IEnumerable<string> Flat(JsonNode? node, string path, Dictionary<string, string> names) => node switch
    {
        JsonObject members => members.SelectMany(member => Flat(member.Value, $"{path}.{member.Key}", names)),
        JsonArray items => items.SelectMany((item, i) => Flat(item, $"{path}[{i}]", names)),
        _ => [$"{path}: {names.GetValueOrDefault(node?.ToString() ?? "", node?.ToString() ?? "")}"],
    };

    private static JsonObject Parse(FhirResourceRow row) => JsonNode.Parse(row.Content.Span)!.AsObject();

    private static ResourceDraft Draft(JsonObject resource) => ResourceDraft.Read(Encoding.UTF8.GetBytes(resource.ToJsonString()));
}
