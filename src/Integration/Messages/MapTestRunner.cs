using System.Globalization;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Testing;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Messages;

/// <summary>What a test of the maps came to.</summary>
/// <param name="Differences">Empty when it passed.</param>
internal sealed record MapTestResult(MapTest Test, IReadOnlyList<string> Differences)
{
    /// <summary>How each message to the destination of the test came about.</summary>
    public IReadOnlyList<MapExplanation> Explained { get; init; } = [];
}

/// <summary>
/// Runs the tests below <c>mappings/tests</c> through the very pipeline of the engine, on an empty store in memory: maps, domain, FHIR
/// resources, worklist and answer.
/// </summary>
internal sealed class MapTestRunner(string directory, MapEnvironment environment)
{
    private readonly Dictionary<string, (MapSet? Maps, Diagnostics Diagnostics)> _plain = [];

    /// <summary>All tests of the folder.</summary>
    /// <exception cref="FormatException">A test file cannot be read; says where and why.</exception>
    public IReadOnlyList<MapTest> ReadTests()
    {
        var diagnostics = new Diagnostics();
        var tests = MapTestReader.ReadAll(directory, diagnostics);
        if (diagnostics.All.Any(static d => d.IsError)) throw new FormatException(string.Join(Environment.NewLine, diagnostics.All));
        return tests;
    }

    /// <summary>Runs all tests; each that fails is a finding, so that the maps do not come into use.</summary>
    public IReadOnlyList<MapDiagnostic> Verify()
    {
        var diagnostics = new Diagnostics();
        foreach (var test in MapTestReader.ReadAll(directory, diagnostics))
        {
            if (Run(test).Differences is [var first, ..] all)
                diagnostics.Add(
                    MapCodes.TestFails, test.At, null,
                    $"The test '{test.Name}' fails: {first}{(all.Count > 1 ? $" and {all.Count - 1} more" : "")}.",
                    "Run './run mapping test'; mend the maps, or what the test expects.");
        }

        return diagnostics.All;
    }

    public MapTestResult Run(MapTest test)
    {
        var setting = environment with { SiteZone = test.Config?.SiteZone ?? environment.SiteZone };
        var (maps, diagnostics) = Load(test.Config, setting);
        if (maps is null)
            return new MapTestResult(test, [.. diagnostics.All.Where(static d => d.IsError).Select(static d => d.ToString())]);

        var ofSender = test.Map is { } sender ? maps.ForcedTo(sender) : maps;
        if (ofSender is null) return new MapTestResult(test, [$"map: there is no sender {test.Map}"]);
        if (test.Destination is { } told && maps.FindDestination(told) is null)
            return new MapTestResult(test, [$"destination: there is no destination {told}"]);
        var rehearsal = new MapRehearsal(directory, ofSender, setting, test.Now ?? DateTimeOffset.UnixEpoch, test.Destination);
        foreach (var before in test.Before)
        {
            var answer = AnswerBuilder.CodeOf(rehearsal.Send(BytesOf(before, test)).Result.Answers);
            if (answer != "AA") return new MapTestResult(test, [$"before {before}: expected AA, got {answer}"]);
        }

        var (message, result) = rehearsal.Send(BytesOf(test));
        foreach (var (report, index) in test.Performed.Select(static (report, index) => (report, index)))
        {
            if (rehearsal.Report(report) is { HasErrors: true } refused)
                return new MapTestResult(test, [$"performed[{index}]: refused, {refused.Problems[0].Text}"]);
        }

        return new MapTestResult(test, Compare(test, message, result, rehearsal)) { Explained = rehearsal.Explained };
    }

    /// <summary>The maps with the configuration of a test over them; those without one are the same for many tests.</summary>
    private (MapSet? Maps, Diagnostics Diagnostics) Load(MapOverrides? config, MapEnvironment setting)
    {
        var isPlain = config is null or { Policy: null or { Entries: [] }, Tables: null, Catalogue: [] };
        if (isPlain && _plain.TryGetValue(setting.SiteZone.Id, out var known)) return known;
        var diagnostics = new Diagnostics();
        var source = MapSource.Read(directory, setting.Site, diagnostics);
        var loaded = (MapSetLoader.Load(source, setting, Mapping.Functions.FunctionTable.Default, diagnostics, config), diagnostics);
        if (isPlain) _plain[setting.SiteZone.Id] = loaded;
        return loaded;
    }

    private static List<string> Compare(MapTest test, InboundMessage message, AppliedResult result, MapRehearsal rehearsal)
    {
        var expect = test.Expect;
        var differences = new List<string>();
        if (expect.Ack is { } ack) Add(Expected.Difference("ack", ack, AnswerBuilder.CodeOf(result.Answers)));
        var first = result.Problems.Count > 0 ? result.Problems[0] : null;
        if (expect.ErrorCode is { } code) Add(Expected.Difference("err.code", code, first?.Code.ToString(CultureInfo.InvariantCulture)));
        if (expect.ErrorLocation is { } location) Add(Expected.Difference("err.location", location, first?.Location?.ToString()));
        if (expect.Mwl is { } mwl) differences.AddRange(WorklistComparer.Compare(mwl, rehearsal.Worklist()));
        if (expect.Fhir is { } fhir) differences.AddRange(FhirComparer.Compare(fhir, rehearsal.Resources()));
        if (expect.Out is { } sent)
            differences.AddRange(test.Destination is null
                ? CompareOut(sent, message.Mapped?.Out ?? [])
                : CompareTold(sent, rehearsal.Told));
        if (expect.Warnings is { } warnings) differences.AddRange(WarningComparer.Compare(warnings, [.. result.Journal.Warnings]));
        var misses = message.Mapped?.Misses.Distinct().ToList() ?? [];
        if (expect.MaxUnmapped is { } max && misses.Count > max)
        {
            var missing = string.Join(", ", misses.Select(static miss => $"{miss.Table} '{miss.Key}'"));
            differences.Add($"unmapped: expected at most {max}, got {misses.Count}: {missing}");
        }

        return differences;

        void Add(string? difference)
        {
            if (difference is not null) differences.Add(difference);
        }
    }

    /// <summary>The fields for the message that would go out; there is one at most.</summary>
    private static IEnumerable<string> CompareOut(
        IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> expected, List<OutField> fields)
    {
        if (expected.Count != (fields.Count > 0 ? 1 : 0))
            return [$"out: expected {expected.Count} messages, got {(fields.Count > 0 ? 1 : 0)}"];
        return expected.SelectMany(static message => message).Select(pair =>
        {
            var field = fields.LastOrDefault(field => field.Path.ToString() == pair.Key);
            return Expected.Difference("out." + pair.Key, pair.Value, field is null ? null : field.Value ?? "");
        }).OfType<string>();
    }

    /// <summary>All messages that the destination is told, as they leave: a part of a field in words, a field as it is written.</summary>
    private static IEnumerable<string> CompareTold(
        IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> expected, IReadOnlyList<DeliveryRow> told)
    {
        if (told.FirstOrDefault(static delivery => delivery.LastError is not null) is { } fault) return [$"out: {fault.LastError}"];
        if (expected.Count != told.Count) return [$"out: expected {expected.Count} messages, got {told.Count}"];
        return expected.SelectMany((message, index) => message.Select(pair =>
            Expected.Difference($"out[{index}].{pair.Key}", pair.Value, ValueAt(told[index].Payload, pair.Key)))).OfType<string>();
    }

    /// <returns>Null when there is nothing, or the path is none.</returns>
    private static string? ValueAt(ReadOnlyMemory<byte> payload, string path)
    {
        if (!Message.TryParse(payload, ParseOptions.Default, out var message, out _)) return null;
        if (path == MapTestExpectation.Segments)
            return string.Join(' ', Enumerable.Range(0, message.SegmentCount).Select(n => Encoding.ASCII.GetString(message[n].Id)));
        if (!FieldPath.TryParse(path, out var field)) return null;
        var element = message.Get(field);
        return element.State switch
        {
            ValueState.Absent => null,
            ValueState.Null => "",
            _ => field.Component > 0 ? element.Text : Encoding.UTF8.GetString(element.Raw),
        };
    }

    /// <summary>The message of a test.</summary>
    public byte[] BytesOf(MapTest test) =>
        test.Message is { } text ? Encoding.UTF8.GetBytes(text) : File.ReadAllBytes(Path.Combine(directory, test.MessageFile!));

    /// <summary>A message file, or the message of another test, beside the test.</summary>
    public byte[] BytesOf(string before, MapTest test)
    {
        var folder = Path.GetDirectoryName(Path.Combine(directory, test.At.File))!;
        foreach (var name in (ReadOnlySpan<string>)[before, before + ".hl7"])
            if (File.Exists(Path.Combine(folder, name))) return File.ReadAllBytes(Path.Combine(folder, name));
        var other = ReadTests().FirstOrDefault(t => Path.GetFileNameWithoutExtension(t.At.File) == before)
            ?? throw new FormatException($"{test.At.File}: there is no message or test '{before}' beside it.");
        return BytesOf(other);
    }
}
