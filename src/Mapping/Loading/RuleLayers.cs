using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>The flat maps of one sender: lays the <c>rules:</c> of site, sender and message type over them.</summary>
internal sealed class RuleLayers(IReadOnlyList<FlatMap> maps, Diagnostics diagnostics)
{
    private static readonly string[] Places = ["before ", "after ", "end"];

    private readonly RuleReader _reader = new(diagnostics);

    public void Apply(YamlMap? rules)
    {
        if (rules is null) return;
        foreach (var entry in rules.Entries)
        {
            var place = Array.Find(Places, candidate => entry.Key.Text.StartsWith(candidate, StringComparison.Ordinal)
                && IsPlace(entry, candidate));
            if (place is null) Override(entry);
            else if (place == "end") AddAtEnd(entry);
            else AddBeside(entry, place);
        }
    }

    private static bool IsPlace(YamlEntry entry, string place) =>
        place != "end" || entry.Key.Text == "end" || entry.Key.Text.StartsWith("end ", StringComparison.Ordinal);

    private void Override(YamlEntry entry)
    {
        if (Find(entry.Key, entry.Key.Text) is not var (siblings, index)) return;
        var rule = siblings[index];
        if (entry.Value is YamlText { IsQuoted: false } text && text.AsBool() is { } isOn) rule.Off = isOn ? null : entry.Key.At;
        else if (entry.Value is YamlText { Text: "off" or "on" } quoted) rule.Off = quoted.Text == "on" ? null : entry.Key.At;
        else if (entry.Value is YamlMap keys) Replace(rule, keys);
        else diagnostics.Add(MapCodes.WrongShape, entry.Value.At, rule.Id, "An override holds keys, or is on or off.",
            "Write ID: { key: value } or ID: off.");
    }

    private void Replace(RuleSource rule, YamlMap keys)
    {
        foreach (var key in keys.Entries)
        {
            if (!RuleReader.IsKnown(key.Key.Text) || key.Key.Text == "id")
            {
                diagnostics.Add(MapCodes.UnknownKey, key.Key.At, rule.Id, $"'{key.Key.Text}' cannot be overridden.",
                    RuleReader.HintFor(key.Key.Text));
                continue;
            }

            if (key.Key.Text == "rules") rule.Children.Clear();
            if (key.Value is YamlText { IsNull: true }) rule.Keys.Remove(key.Key.Text);
            else rule.Keys[key.Key.Text] = key;
            if (key.Key.Text == "rules" && key.Value is YamlList) rule.Children.AddRange(_reader.ReadList(key.Value, rule.Map));

            // One source takes the place of the other, so that a rule with 'value' can be overridden by one with 'from'.
            if (key.Key.Text == "from" && keys["value"] is null) rule.Keys.Remove("value");
            if (key.Key.Text == "value" && keys["from"] is null) rule.Keys.Remove("from");
        }
    }

    private void AddBeside(YamlEntry entry, string place)
    {
        if (Find(entry.Key, entry.Key.Text[place.Length..].Trim()) is not var (siblings, index)) return;
        var rules = _reader.ReadList(entry.Value, siblings[index].Map);
        siblings.InsertRange(place == "before " ? index : index + 1, WithNewIds(rules));
    }

    private void AddAtEnd(YamlEntry entry)
    {
        var name = entry.Key.Text[3..].Trim();
        var candidates = maps.Where(map => name.Length == 0 ? map.Per is not null : map.Name == name).ToList();
        if (candidates.Count == 1)
        {
            candidates[0].Rules.AddRange(WithNewIds(_reader.ReadList(entry.Value, candidates[0].Name)));
            return;
        }

        var names = maps.Where(map => map.Per is not null).Select(map => map.Name).ToList();
        if (name.Length == 0)
            diagnostics.Add(MapCodes.UnknownMap, entry.Key.At, null,
                "The sender extends several maps, so the end of which one is meant is open.",
                $"Write 'end MAP:' with one of {string.Join(", ", names)}.");
        else diagnostics.Add(MapCodes.UnknownMap, entry.Key.At, null, $"The sender extends no map {name}.", Hints.DidYouMean(name, names));
    }

    private List<RuleSource> WithNewIds(List<RuleSource> rules)
    {
        var known = maps.SelectMany(map => RuleSource.AllOf(map.Rules)).Select(rule => rule.Id).ToHashSet();
        foreach (var rule in rules.Where(rule => known.Contains(rule.Id)))
            diagnostics.Add(MapCodes.DuplicateId, rule.At, rule.Id, $"A rule {rule.Id} is there already.",
                "Give the new rule an id of its own, or override the other by its id.");
        return rules;
    }

    private (List<RuleSource> Siblings, int Index)? Find(YamlText key, string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var mapName = slash < 0 ? null : id[..slash];
        var found = new List<(List<RuleSource>, int)>();
        foreach (var map in maps.Where(map => mapName is null || map.Name == mapName)) Search(map.Rules, id[(slash + 1)..], found);
        if (found.Count == 1) return found[0];
        if (found.Count > 1)
        {
            var names = found.Select(place => $"{place.Item1[place.Item2].Map}/{id}");
            diagnostics.Add(MapCodes.UnknownRule, key.At, id, $"Several maps have a rule {id}.",
                $"Write which one: {string.Join(" or ", names)}.");
        }
        else
        {
            diagnostics.Add(MapCodes.UnknownRule, key.At, id, $"There is no rule {id} to change.",
                Hints.DidYouMean(id, maps.SelectMany(map => RuleSource.AllOf(map.Rules)).Select(rule => rule.Id)));
        }

        return null;
    }

    private static void Search(List<RuleSource> rules, string id, List<(List<RuleSource>, int)> found)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Id == id) found.Add((rules, i));
            Search(rules[i].Children, id, found);
        }
    }
}
