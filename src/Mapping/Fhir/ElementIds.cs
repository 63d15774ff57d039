using System.Globalization;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// Ids of list items (FHIR R4 element.html 2.28.1), by which their author finds them again wherever another one has moved them. Those of
/// the maps begin with <c>map.</c>; those that follow from rows are listed by type; all others belong to clients.
/// </summary>
public static class ElementIds
{
    private const string Prefix = "map.";

    /// <summary>Those that nearly all lists make do with.</summary>
    private static readonly string[] Lowest = [.. Enumerable.Range(0, 16).Select(Number)];

    internal static int PrefixLength => Prefix.Length;

    /// <summary>Longest id that R4 allows (datatypes.html, id).</summary>
    private const int MaxLength = 64;

    /// <summary>Whether a rule of a map made the item.</summary>
    public static bool IsOfMap(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The id of an item that rules name, <c>identifier[alternate]</c>.</summary>
    internal static string Named(string name) => Prefix + Fit(name, MaxLength - Prefix.Length);

    /// <summary>The id of an item that has a number only.</summary>
    internal static string Numbered(int number) => number >= 0 && number < Lowest.Length ? Lowest[number] : Number(number);

    /// <summary>What the ids of all items of a rule begin with; their number follows.</summary>
    internal static string GroupOf(string ruleId) => Prefix + Fit(ruleId, MaxLength - Prefix.Length - 6) + "-";

    /// <summary>Whether the id is of the group, that is, the group and a number.</summary>
    internal static bool IsIn(string id, string group) =>
        id.StartsWith(group, StringComparison.Ordinal) && id.Length > group.Length
            && !id.AsSpan(group.Length).ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether the item has a number only.</summary>
    internal static bool IsNumbered(string id) => IsIn(id, Prefix);

    private static string Number(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Letters, digits, dots and hyphens are allowed; a text that is too long keeps its end, which tells rules apart.</summary>
    private static string Fit(string text, int length)
    {
        var kept = text.Length <= length ? text : text[^length..];
        return string.Create(kept.Length, kept, static (id, from) =>
        {
            for (var i = 0; i < from.Length; i++) id[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] == '.' ? from[i] : '-';
        });
    }
}
