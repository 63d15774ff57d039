using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Editing;

/// <summary>A FHIRPath that names elements of a resource, step by step.</summary>
internal sealed partial class PatchPath
{
    private const int Longest = 2000;

    private readonly List<Func<List<PatchPlace>, List<PatchPlace>>> _steps = [];
    private string? _root;

    /// <exception cref="PatchException">It is another kind of FHIRPath.</exception>
    public static PatchPath Parse(string text)
    {
        if (text.Length > Longest) throw Unknown(text[..40]);
        var path = new PatchPath();
        for (var rest = text; rest.Length > 0;)
        {
            var step = Step().Match(rest);
            if (!step.Success) throw Unknown(text);
            path.Add(step, text);
            rest = rest[step.Length..];
        }

        return path;
    }

    /// <summary>The elements that the path names, in the order of the resource.</summary>
    public List<PatchPlace> Find(JsonObject resource)
    {
        var type = FhirDefinitions.Get((string)resource["resourceType"]!);
        List<PatchPlace> found = [new PatchPlace(resource, type, null, null, "")];
        if (_root is not null && _root != type.Name && _root is not ("Resource" or "DomainResource"))
        {
            var member = _root;
            found = Children(found, member);
        }

        foreach (var step in _steps) found = step(found);
        return found;
    }

    /// <summary>Names of the members that an element has in an object: of a choice whichever of its types is there.</summary>
    public static IEnumerable<string> MembersOf(JsonObject members, FhirElement element) => element.IsChoice
        ? element.Types.Select(type => element.Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..]).Where(members.ContainsKey)
        : members.ContainsKey(element.Name) ? [element.Name] : [];

    private void Add(Match step, string text)
    {
        if (step.Groups["index"] is { Success: true } index)
        {
            if (!int.TryParse(index.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var at)) throw Unknown(text);
            _steps.Add(found => at < found.Count ? [found[at]] : []);
            return;
        }

        var name = step.Groups["name"].Value;
        if (!step.Groups["call"].Success)
        {
            if (_root is null && _steps.Count == 0) _root = name;
            else _steps.Add(found => Children(found, name));
            return;
        }

        var (key, value) = (step.Groups["key"].Value, Unquoted(step.Groups["value"].Value));
        Func<List<PatchPlace>, List<PatchPlace>> run = name switch
        {
            "first" when value is null => static found => [.. found.Take(1)],
            "last" when value is null => static found => [.. found.TakeLast(1)],
            "extension" when value is not null && key.Length == 0 => found => Where(Children(found, "extension"), ["url"], value),
            "where" when value is not null && key.Length > 0 => found => Where(found, key.Split('.'), value),
            _ => throw Unknown(text),
        };
        _steps.Add(run);
    }

    private static List<PatchPlace> Where(List<PatchPlace> found, string[] path, string value) =>
    [
        .. found.Where(place => path.Aggregate(new List<PatchPlace> { place }, Children).Exists(
            inner => inner.Node is JsonValue && (inner.Node.GetValueKind() == JsonValueKind.String
                ? (string)inner.Node! == value
                : inner.Node.ToJsonString() == value)))
    ];

    private static List<PatchPlace> Children(List<PatchPlace> found, string name)
    {
        var children = new List<PatchPlace>();
        foreach (var place in found)
        {
            if (place.Node is not JsonObject members) continue;
            if (place.Type.Elements.FirstOrDefault(e => e.Name == name) is not { } element) continue;
            foreach (var member in MembersOf(members, element))
            {
                var defined = place.Type.Member(member)!.Value;
                foreach (var node in members[member] is JsonArray items ? items.ToArray() : [members[member]])
                {
                    if (node is not null && TypeOf(node, defined) is { } type)
                        children.Add(new PatchPlace(node, type, element, members, member));
                }
            }
        }

        return children;
    }

    /// <summary>The type of a value; null for a resource of none, which an operation before may have put there.</summary>
    private static FhirType? TypeOf(JsonNode value, (FhirElement Element, ElementType Type) member) =>
        member.Type.Name != "Resource" ? FhirDefinitions.TypeOf(member.Element, member.Type)
        : value is JsonObject resource && resource["resourceType"] is JsonValue type && type.TryGetValue(out string? name)
            ? FhirDefinitions.Find(name)
            : null;

    private static string? Unquoted(string text) => text.Length == 0 ? null
        : text[0] == '\'' ? text[1..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : text;

    private static PatchException Unknown(string text) => new(
        isMalformed: false,
        $"the path {text} is not one that this server can patch: members, [0], where(), first(), last(), extension().");

    [GeneratedRegex(
        """
        \A(?: \[ (?<index>\d{1,9}) \]
        | \.? (?<name>[A-Za-z][A-Za-z0-9]*)
          (?<call> \( \s* (?: (?<key>[A-Za-z.]+) \s* = \s* )? (?<value> '(?:[^'\\]|\\.)*' | true | false | \d{1,18} )? \s* \) )? )
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Step();
}
