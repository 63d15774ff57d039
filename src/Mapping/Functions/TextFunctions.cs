using System.Globalization;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Functions on texts; lengths count characters as DICOM does.</summary>
internal static class TextFunctions
{
    /// <summary>No attribute of a worklist entry or FHIR string that a map pads needs more.</summary>
    private const int PadLimit = 256;

    public static readonly MapFunction[] All =
    [
        Simple("trim", text => text.Trim(), "trim(): without blanks at both ends"),
        Simple("upper", text => text.ToUpperInvariant(), "upper(): in capital letters"),
        Simple("lower", text => text.ToLowerInvariant(), "lower(): in small letters"),
        Simple("text", text => text, "text(): a code, number or node as text"),
        new("cut", [MapType.Text, MapType.Number], MapType.Text, (_, arguments) =>
            MapValue.Text(VrRules.Cut(arguments[0].AsText()!, Whole(arguments[1], 0, int.MaxValue))))
        {
            Check = static (arguments, _) => CheckCount(arguments, 1),
            Help = "cut(n): the first n characters",
        },
        new("longer", [MapType.Text, MapType.Number], MapType.Bool, (_, arguments) =>
            MapValue.Bool(VrRules.CountCharacters(arguments[0].AsText()!) > Whole(arguments[1], 0, int.MaxValue)))
        {
            Check = static (arguments, _) => CheckCount(arguments, 0),
            Help = "longer(n): whether a text has more than n characters",
        },
        new("padLeft", [MapType.Text, MapType.Number, MapType.Text], MapType.Text, (_, arguments) =>
        {
            var pad = arguments[2].AsText() is { Length: > 0 } given ? given[0] : '0';
            return MapValue.Text(arguments[0].AsText()!.PadLeft(Whole(arguments[1], 0, PadLimit), pad));
        })
        {
            Optional = 1,
            Check = static (arguments, _) => CheckCount(arguments, 1),
            Help = "padLeft(n[, c]): filled up to n characters with c, or 0, in front",
        },
        new("split", [MapType.Text, MapType.Text], MapType.Text.List, (_, arguments) => MapValue.List(MapKind.Text,
            arguments[0].AsText()!
                .Split(arguments[1].AsText() ?? " ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(MapValue.Text)))
        {
            Help = "split(separator): the parts of a text as list",
        },
        new("join", [MapType.Text.List, MapType.Text], MapType.Text, (_, arguments) =>
            MapValue.Text(Join(arguments[0].Items, arguments[1].AsText() ?? "")))
        {
            Help = "join(separator): the items of a list as one text",
        },
        new("replace", [MapType.Text, MapType.Pattern, MapType.Text], MapType.Text, (_, arguments) =>
            MapValue.Text(arguments[1].AsPattern()!.Replace(arguments[0].AsText()!, arguments[2].AsText() ?? "")))
        {
            Help = "replace(pattern, text): every match replaced; $1 is the first group",
        },
        new("match", [MapType.Text, MapType.Pattern, MapType.Number], MapType.Text, (_, arguments) =>
            Match(arguments[1].AsPattern()!.Match(arguments[0].AsText()!), Whole(arguments[2], 0, 99)))
        {
            Optional = 1,
            Check = static (arguments, _) => arguments.Count > 2 && arguments[2].AsNumber() is { } group
                && arguments[1].AsText() is { } pattern && !HasGroup(pattern, group)
                ? (2, $"The pattern has no group {group}.", "Groups are the round brackets of the pattern, from 1; 0 is all of the match.")
                : null,
            Help = "match(pattern[, group]): the first match, or one of its groups",
        },
        new("before", [MapType.Text, MapType.Text], MapType.Text, (_, arguments) =>
        {
            var text = arguments[0].AsText()!;
            var at = arguments[1].AsText() is { } mark ? text.IndexOf(mark, StringComparison.Ordinal) : -1;
            return MapValue.Text(at < 0 ? text : text[..at]);
        })
        {
            Help = "before(s): what stands before the first s; all of it when there is none",
        },
        new("after", [MapType.Text, MapType.Text], MapType.Text, (_, arguments) =>
        {
            var text = arguments[0].AsText()!;
            var mark = arguments[1].AsText() ?? "";
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            return mark.Length == 0 || at < 0 ? MapValue.Absent : MapValue.Text(text[(at + mark.Length)..]);
        })
        {
            Help = "after(s): what stands after the first s; absent when there is none",
        },
        new("number", [MapType.Text], MapType.Number, (_, arguments) =>
            decimal.TryParse(arguments[0].AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? MapValue.Number(number)
                : MapValue.Absent)
        {
            Help = "number(): a text as number; absent when it is none",
        },
    ];

    /// <summary>A count that is written out must be a whole number, not less than that.</summary>
    internal static (int, string, string)? CheckCount(IReadOnlyList<MapValue> arguments, int least) =>
        arguments.Count > 1 && arguments[1].AsNumber() is { } count && (count < least || count != decimal.Truncate(count))
            ? (1, $"{count} is no number of characters.", $"Write a whole number from {least}.")
            : null;

    private static bool HasGroup(string pattern, decimal group)
    {
        var groups = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).GetGroupNumbers();
        return group == decimal.Truncate(group) && group >= 0 && group < groups.Length;
    }

    internal static int Whole(in MapValue number, int least, int most) => (int)Math.Clamp(number.AsNumber() ?? least, least, most);

    private static MapFunction Simple(string name, Func<string, string> change, string help) =>
        new(name, [MapType.Text], MapType.Text, (_, arguments) => MapValue.Text(change(arguments[0].AsText()!))) { Help = help };

    private static string? Join(MapValue[] items, string separator)
    {
        if (items.Length == 1) return items[0].AsText();
        var texts = new string?[items.Length];
        for (var i = 0; i < texts.Length; i++) texts[i] = items[i].AsText();
        return string.Join(separator, texts);
    }

    private static MapValue Match(Match match, int group) =>
        match.Success && match.Groups[group] is { Success: true } part ? MapValue.Text(part.Value) : MapValue.Absent;
}
