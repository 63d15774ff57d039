using System.Globalization;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads map files (<c>base/*.yaml</c> and the <c>maps:</c> part of sender files).</summary>
internal sealed class MapFileReader(Diagnostics diagnostics)
{
    private static readonly string[] Levels = ["message", "patient", "appointment", "group", "procedure", "step", "report", "observation"];

    private readonly RuleReader _rules = new(diagnostics);

    public MapFile? Read(YamlMap yaml)
    {
        var keys = new KeyReader(yaml, diagnostics, "a map");
        var name = keys.Text("map", isRequired: true);
        var per = ReadPer(keys.Text("per"));
        var rules = keys.Any("rules");
        var tables = keys.Map("tables");
        var vars = keys.Map("vars");
        var extends = keys.Texts("extends");
        keys.Text("note");
        keys.Finish();
        if (name is null) return null;

        var at = name.Text.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || !int.TryParse(name.Text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            diagnostics.Add(MapCodes.WrongShape, name.At, null, $"'{name.Text}' does not name a map.",
                "Write name@version, as in map: order@1.");
            return null;
        }

        if (rules is not null && per is null && keys.Text("per") is null)
            diagnostics.Add(MapCodes.MissingKey, rules.At, null, "The map has rules but no 'per'.",
                $"Say how often they run: {string.Join(", ", Levels)}.");
        if (rules is null && extends.Count == 0)
            diagnostics.Add(MapCodes.MissingKey, yaml.At, null, "The map has neither 'rules' nor 'extends'.",
                "Give it rules, or let it extend other maps.");
        return new MapFile(name.Text[..at], version, per, name.At)
        {
            Rules = rules is null ? [] : _rules.ReadList(rules, name.Text[..at]),
            Tables = tables,
            Vars = vars,
            Extends = extends,
        };
    }

    private RunLevel? ReadPer(YamlText? per)
    {
        if (per is null) return null;
        var level = Array.IndexOf(Levels, per.Text);
        if (level >= 0) return (RunLevel)level;
        diagnostics.Add(MapCodes.WrongShape, per.At, null, $"'{per.Text}' is no level that a map can run at.",
            Hints.DidYouMean(per.Text, Levels));
        return null;
    }
}

/// <summary>A named map: rules that run at one level, or a bundle of other maps.</summary>
internal sealed record MapFile(string Name, int Version, RunLevel? Per, Position At)
{
    public required List<RuleSource> Rules { get; init; }

    public required YamlMap? Tables { get; init; }

    public required YamlMap? Vars { get; init; }

    public required IReadOnlyList<YamlText> Extends { get; init; }

    public string Reference => $"{Name}@{Version}";
}
