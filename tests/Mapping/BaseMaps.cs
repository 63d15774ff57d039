using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Tests;

/// <summary>The maps of the repository, loaded once, and messages mapped by them.</summary>
internal static class BaseMaps
{
    public static readonly DateTimeOffset ReceivedAt = new(2026, 3, 10, 8, 30, 20, TimeSpan.FromHours(5.5));

    private static readonly Lazy<(MapSet? Maps, IReadOnlyList<MapDiagnostic> Findings)> Loaded = new(() =>
    {
        var diagnostics = new Diagnostics();
        var files = Directory.EnumerateFiles(MapFiles.Shipped, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".csv", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(MapFiles.Shipped, file).Replace('\\', '/'), File.ReadAllText);
        return (Load(files, diagnostics), diagnostics.All);
    });

    public static IReadOnlyList<MapDiagnostic> Findings => Loaded.Value.Findings;

    public static MapSet Set => Loaded.Value.Maps ?? throw new InvalidOperationException(string.Join('\n', Findings));

    /// <summary>The repository's maps with another default sender.</summary>
    public static MapSet With(string sender, string? catalogue = null)
    {
        var diagnostics = new Diagnostics();
        var root = MapFiles.Shipped;
        var files = Directory.EnumerateFiles(Path.Combine(root, "base"), "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".csv", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText);
        files["senders/default.yaml"] = "sender: default\nextends: [base/order@1, base/appointment@1, base/report@1]\n" + sender;
        if (catalogue is not null) files["sites/default/catalogue.csv"] = catalogue;
        return Load(files, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.All));
    }

    public static MappedMessage Map(string message, MapSet? maps = null)
    {
        var text = Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r"));
        if (!Message.TryParse(text, ParseOptions.Default, out var parsed, out var problem)) throw new InvalidOperationException(problem.Text);
        return (maps ?? Set).Resolve(parsed).Map(parsed, new MapContext(ReceivedAt, name => name + "1"));
    }

    public static JsonObject Fhir(object? scope, string type, FhirState? state = null)
    {
        var rendered = SenderMap.RenderFhir(scope, state ?? State);
        return rendered.Patches.TryGetValue(type, out var patch) ? patch.ToJson() : throw new InvalidOperationException($"No {type} was written.");
    }

    public static FhirState State { get; } = new()
    {
        PatientReference = "Patient/p",
        EncounterReference = "Encounter/e",
        ServiceRequestReference = "ServiceRequest/s",
        FillerNumber = new MappedIdentifier("FIL9931", "RIS"),
        AccessionNumber = new MappedIdentifier("ACC20260310001", "MERCY"),
        RequestedProcedureId = "RP0310001",
        StudyInstanceUid = "1.2.3",
        StepId = "SPS0310001",
        Modality = "CT",
        StationAeTitles = ["CT1"],
        ServiceRequestStatus = "active",
        TaskStatus = "requested",
        Intent = "filler-order",
        EncounterStatus = "planned",
        StepState = "SCHEDULED",
        StartInstant = new(2026, 3, 10, 9, 30, 0, TimeSpan.FromHours(5.5)),
        AuthoredOn = new(2026, 3, 10, 8, 30, 0, TimeSpan.FromHours(5.5)),
        IsPatientActive = true,
        IsNew = true,
    };

    /// <summary>The value at a path of tags or keywords, <c>/</c> into the first item; null when it is not there, empty when it has zero length.</summary>
    public static string? Value(DataSet data, string path)
    {
        var steps = path.Split('/');
        foreach (var step in steps[..^1])
        {
            if (data.GetItems(TagOf(step)) is not [var first, ..]) return null;
            data = first;
        }
        return data.TryGet(TagOf(steps[^1]), out var element) ? string.Join('\\', element.Values) : null;
    }

    public static Tag TagOf(string name) => DicomDictionary.TryGet(name, out var entry) ? entry.Tag : Tag.Parse(name);

    private static MapSet? Load(Dictionary<string, string> files, Diagnostics diagnostics) => MapSetLoader.Load(
        new MapSource("default", files),
        new MapEnvironment("default", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), "https://pacs.test", Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8")),
        FunctionTable.Default, diagnostics);

    /// <summary>The value at a path of names and places from 0, such as <c>name.0.family</c>; null when it is not there.</summary>
    public static string? At(JsonNode? node, string path)
    {
        foreach (var step in path.Split('.'))
            node = node is JsonArray list ? int.Parse(step, null) is var index && index < list.Count ? list[index] : null : node?[step];
        return node?.ToString();
    }
}
