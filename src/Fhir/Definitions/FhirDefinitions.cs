using System.Collections.Frozen;
using System.Globalization;

namespace CloudPacs.Fhir.Definitions;

/// <summary>The types of FHIR R4 (4.0.1), data types and resources, loaded at first use.</summary>
public static class FhirDefinitions
{
    private static readonly Lazy<FrozenDictionary<string, FhirType>> Loaded = new(Load);

    /// <summary>A type by its name, which is case-sensitive; null when R4 has none.</summary>
    public static FhirType? Find(string name) => Loaded.Value.GetValueOrDefault(name);

    /// <exception cref="KeyNotFoundException">R4 has no such type.</exception>
    public static FhirType Get(string name) =>
        Find(name) ?? throw new KeyNotFoundException($"FHIR R4 has no type {name}.");

    /// <summary>The types of resources that can exist, by name.</summary>
    public static IEnumerable<FhirType> Resources =>
        Loaded.Value.Values.Where(static t => t is { IsResource: true, IsAbstract: false })
            .OrderBy(static t => t.Name, StringComparer.Ordinal);

    /// <summary>The elements inside an element that has this type: its own, or those of the type.</summary>
    public static FhirType TypeOf(FhirElement element, ElementType type) => element.Inside ?? Get(type.Name);

    private static FrozenDictionary<string, FhirType> Load()
    {
        var types = new Dictionary<string, FhirType>(StringComparer.Ordinal);
        var lines = new List<string[]>();
        foreach (var line in TableResource.Lines("elements.tsv"))
        {
            if (line[0][0] != '.' && lines.Count > 0) Add(types, lines);
            lines.Add(line);
        }

        Add(types, lines);
        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, FhirType> types, List<string[]> lines)
    {
        var head = lines[0];
        var inner = new Dictionary<string, FhirType>(StringComparer.Ordinal);
        var repeating = new List<(FhirElement Element, string Path)>();
        var elements = ElementsUnder("", head[0], lines[1..], inner, repeating);
        var isAbstract = head[1].EndsWith('*');
        var type = new FhirType(head[0], head[1].TrimEnd('*'), head[2].Length > 0 ? head[2] : null, isAbstract, elements);
        types.Add(type.Name, type);
        // An element that has the content of another one, around it or beside it.
        foreach (var (element, path) in repeating) element.Inside = inner[path];
        lines.Clear();
    }

    private static List<FhirElement> ElementsUnder(
        string parent, string type, IReadOnlyList<string[]> lines, Dictionary<string, FhirType> inner,
        List<(FhirElement Element, string Path)> repeating)
    {
        var elements = new List<FhirElement>();
        foreach (var line in lines)
        {
            if (!line[0].StartsWith(parent + '.', StringComparison.Ordinal) || line[0].IndexOf('.', parent.Length + 1) > 0) continue;
            var element = Read(line, parent.Length + 1);
            elements.Add(element);
            var path = type + line[0];
            if (Field(line, 3) is ['#', .. var other])
            {
                repeating.Add((element, other));
            }
            else if (element.Types[0].Name is "BackboneElement" or "Element")
            {
                var inside = ElementsUnder(line[0], type, lines, inner, repeating);
                element.Inside = new FhirType(path, "complex-type", element.Types[0].Name, isAbstract: false, inside);
                inner.Add(path, element.Inside);
            }
        }

        return elements;
    }

    private static FhirElement Read(string[] line, int nameAt)
    {
        var cardinality = line[1].Split("..");
        var flags = Field(line, 2);
        return new FhirElement
        {
            DefinedName = line[0][nameAt..],
            Min = int.Parse(cardinality[0], CultureInfo.InvariantCulture),
            Max = cardinality[1] == "*" ? null : int.Parse(cardinality[1], CultureInfo.InvariantCulture),
            IsSummary = flags.Contains('S', StringComparison.Ordinal),
            IsModifier = flags.Contains('M', StringComparison.Ordinal),
            IsXmlAttribute = flags.Contains('A', StringComparison.Ordinal),
            Types = [.. Field(line, 3).Split(',').Select(TypeNamed)],
            RequiredValueSet = Field(line, 4) is { Length: > 0 } valueSet ? valueSet : null,
        };
    }

    private static ElementType TypeNamed(string text)
    {
        if (text.StartsWith('#')) return new ElementType("BackboneElement", []);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        return open < 0
            ? new ElementType(text, [])
            : new ElementType(text[..open], [.. text[(open + 1)..^1].Split('|').Where(static target => target != "Resource")]);
    }

    private static string Field(string[] line, int index) => index < line.Length ? line[index] : "";
}
