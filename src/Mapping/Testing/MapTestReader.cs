using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Reads test files: YAML, and the JSON of the order cases, which is YAML too and uses <c>receivedAt</c> and <c>siteZone</c>.
/// </summary>
internal sealed class MapTestReader(Diagnostics diagnostics)
{
    private static readonly string[] Answers = ["AA", "AE", "AR", "CA", "CE", "CR"];

    /// <summary>All tests below <c>tests/</c>, in order of their paths.</summary>
    public static IReadOnlyList<MapTest> ReadAll(string directory, Diagnostics diagnostics)
    {
        var root = Path.Combine(directory, "tests");
        if (!Directory.Exists(root)) return [];
        var reader = new MapTestReader(diagnostics);
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
            .Order(StringComparer.Ordinal)
            .Select(path => reader.Read(Path.GetRelativePath(directory, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OfType<MapTest>()];
    }

    /// <summary>The test of one file; null after a finding.</summary>
    public MapTest? Read(string file, string text)
    {
        if (YamlFile.Read(file, text, diagnostics) is not { } yaml) return null;
        var keys = new KeyReader(yaml, diagnostics, "a test");
        var name = keys.Text("name", isRequired: true);
        var message = keys.Text("message", isRequired: true);
        var map = keys.Text("map");
        var before = keys.Texts("before");
        var performed = ReadList(keys.Any("performed"), static _ => { }) ?? [];
        var destination = keys.Text("destination");
        var now = ReadTime(keys.Text("now") ?? keys.Text("receivedAt"));
        var zone = ReadZone(keys.Text("zone") ?? keys.Text("siteZone"));
        var config = ReadConfig(keys.Map("config"), zone);
        var expect = ReadExpect(keys.Map("expect"));
        keys.Text("note");
        keys.Text("receivedAt");
        keys.Text("siteZone");
        keys.Finish();
        if (name is null || message is null) return null;
        var isText = message.Text.StartsWith("MSH", StringComparison.Ordinal);
        return new MapTest(name.Text, name.At)
        {
            Map = map?.Text,
            Message = isText ? message.Text.Trim().ReplaceLineEndings("\r") + "\r" : null,
            MessageFile = isText ? null : file[..(file.LastIndexOf('/') + 1)] + message.Text,
            Before = [.. before.Select(reference => reference.Text)],
            Performed = [.. performed.Select(report => ReadDataSet(report, name.At))],
            Destination = destination?.Text,
            Now = now,
            Config = config,
            Expect = expect,
        };
    }

    private DateTimeOffset? ReadTime(YamlText? text)
    {
        if (text is null) return null;
        if (DateTimeOffset.TryParse(text.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        diagnostics.Add(MapCodes.WrongShape, text.At, null, $"'{text.Text}' is no time.", "Write 2026-03-10T08:30:15+05:30.");
        return null;
    }

    private TimeZoneInfo? ReadZone(YamlText? zone)
    {
        if (zone is null) return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text, out var known)) return known;
        diagnostics.Add(MapCodes.UnknownZone, zone.At, null, $"There is no time zone {zone.Text}.",
            "Write an IANA name such as Asia/Kolkata.");
        return null;
    }

    /// <summary>Policies by name, and <c>catalogue</c> and <c>tables</c>.</summary>
    private MapOverrides? ReadConfig(YamlMap? config, TimeZoneInfo? zone)
    {
        if (config is null) return zone is null ? null : new MapOverrides(null, null, [], zone);
        var policies = config.Entries.Where(entry => entry.Key.Text is not ("catalogue" or "tables")).ToList();
        var rows = new List<CatalogueRow>();
        foreach (var item in config["catalogue"] is YamlList list ? list.Items : [])
        {
            if (item is not YamlMap row || row["code"] is not YamlText code)
            {
                diagnostics.Add(MapCodes.WrongShape, item.At, null, "A catalogue row has a code.",
                    "Write - { code: XRCHEST, modality: DX }.");
                continue;
            }

            var cells = row.Entries.Where(entry => entry.Key.Text != "code" && entry.Value is YamlText)
                .ToDictionary(entry => entry.Key.Text, entry => ((YamlText)entry.Value).Text);
            rows.Add(new CatalogueRow(code.Text, cells, item.At.File, item.At.Line));
        }

        return new MapOverrides(new YamlMap(config.At, policies), config["tables"] as YamlMap, rows, zone);
    }

    private DataSet ReadDataSet(IReadOnlyList<KeyValuePair<string, string>> attributes, Position at)
    {
        var data = new DataSet();
        foreach (var (path, value) in attributes)
        {
            if (!AttributePaths.TryWrite(data, path, value))
                diagnostics.Add(MapCodes.UnknownAttribute, at, null, $"'{path}' is no attribute that can be set.",
                    "Write keywords with '/' into sequences: ScheduledStepAttributesSequence/AccessionNumber.");
        }

        return data;
    }

    private MapTestExpectation ReadExpect(YamlMap? expect)
    {
        if (expect is null) return new MapTestExpectation();
        var keys = new KeyReader(expect, diagnostics, "an expectation");
        var error = Keys(keys.Map("err"), "an expected error");
        var unmapped = Keys(keys.Map("unmapped"), "the number of codes that no table has");
        var max = unmapped?.Text("max");
        unmapped?.Finish();
        var paths = new ExpectedPaths(diagnostics);
        var read = new MapTestExpectation
        {
            Mwl = ReadList(keys.Any("mwl"), paths.CheckWorklist),
            Fhir = keys.Map("fhir") is { } fhir ? ReadPairs(fhir, paths.CheckResource) : null,
            Out = ReadList(keys.Any("out"), CheckField),
            Ack = ReadAck(keys.Text("ack")),
            ErrorCode = error?.Text("code")?.Text,
            ErrorLocation = error?.Text("location")?.Text,
            Warnings = expect["warnings"] is null ? null : [.. keys.Texts("warnings").Select(warning => warning.Text)],
            MaxUnmapped = ReadNumber(max),
        };
        error?.Finish();
        keys.Texts("warnings");
        keys.Finish();
        return read;
    }

    private KeyReader? Keys(YamlMap? map, string what) => map is null ? null : new KeyReader(map, diagnostics, what);

    private string? ReadAck(YamlText? ack)
    {
        if (ack is not null && !Answers.Contains(ack.Text))
            diagnostics.Add(MapCodes.WrongShape, ack.At, null, $"No answer is {ack.Text}.", $"Write {string.Join(", ", Answers)}.");
        return ack?.Text;
    }

    private int? ReadNumber(YamlText? number)
    {
        if (number is null) return null;
        if (int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var read)) return read;
        diagnostics.Add(MapCodes.WrongShape, number.At, null, $"'{number.Text}' is no number.", "Write max: 3.");
        return null;
    }

    private void CheckField(YamlText field)
    {
        if (field.Text != MapTestExpectation.Segments && !FieldPath.TryParse(field.Text, out _))
            diagnostics.Add(MapCodes.Syntax, field.At, null, $"'{field.Text}' is no field.",
                $"Write OBR-18, OBR-4.2 or {MapTestExpectation.Segments}.");
    }

    private List<IReadOnlyList<KeyValuePair<string, string>>>? ReadList(YamlValue? value, Action<YamlText> check)
    {
        if (value is null) return null;
        if (value is not YamlList list)
        {
            diagnostics.Add(MapCodes.WrongShape, value.At, null, "A list is expected.", "Start each entry with '- '; [] means none.");
            return null;
        }

        foreach (var wrong in list.Items.Where(static item => item is not YamlMap))
            diagnostics.Add(MapCodes.WrongShape, wrong.At, null, "An entry holds keys.", "Write - PATH: VALUE.");
        return [.. list.Items.OfType<YamlMap>().Select(map => ReadPairs(map, check))];
    }

    private IReadOnlyList<KeyValuePair<string, string>> ReadPairs(YamlMap map, Action<YamlText> check)
    {
        foreach (var wrong in map.Entries.Where(entry => entry.Value is not YamlText))
            diagnostics.Add(MapCodes.WrongShape, wrong.Value.At, null, $"What is expected of {wrong.Key.Text} must be a text.",
                "Write PATH: VALUE.");
        foreach (var entry in map.Entries) check(entry.Key);
        return [.. map.Entries.Where(entry => entry.Value is YamlText)
            .Select(entry => KeyValuePair.Create(entry.Key.Text, ((YamlText)entry.Value).Text))];
    }
}
