using System.Collections.Frozen;

namespace CloudPacs.Mapping.Standards;

/// <summary>
/// The elements of the R4 resources that maps can write (embedded <c>fhir-r4-elements.txt</c>), found by walking from type to type.
/// </summary>
internal static class FhirElements
{
    private static readonly Lazy<FrozenDictionary<string, FhirElement>> Elements = new(Load);
    private static readonly Lazy<ILookup<string, string>> Children =
        new(() => Elements.Value.Keys.ToLookup(ParentOf, path => path[(path.LastIndexOf('.') + 1)..]));

    private static readonly FrozenSet<string> Primitives = new[]
    {
        "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer", "markdown", "oid",
            "positiveInt",
        "string", "time", "unsignedInt", "uri", "url", "uuid", "xhtml",
    }.ToFrozenSet();

    public static bool IsPrimitive(string type) => Primitives.Contains(type);

    public static bool IsResource(string name) => Children.Value.Contains(name) && Elements.Value.ContainsKey(name + ".meta");

    public static IEnumerable<string> Resources =>
        Elements.Value.Keys.Where(path => path.EndsWith(".meta", StringComparison.Ordinal)).Select(ParentOf);

    /// <summary>
    /// The element of that name in a resource, a data type or a backbone element (<c>Patient</c>, <c>HumanName</c>,
    /// <c>Patient.contact</c>).
    /// </summary>
    public static FhirElement? Find(string parent, string name) => Elements.Value.GetValueOrDefault($"{parent}.{name}");

    /// <summary>Where the children of an element are listed: below its own path, its data type, or what it refers to.</summary>
    public static string ContentOf(FhirElement element) => element.Type switch
    {
        "BackboneElement" or "Element" => element.Path,
        ['@', ..] => element.Type[1..],
        _ => element.Type,
    };

    public static IEnumerable<string> Names(string parent) => Children.Value[parent];

    private static string ParentOf(string path) => path[..path.LastIndexOf('.')];

    private static FrozenDictionary<string, FhirElement> Load()
    {
        var elements = new Dictionary<string, FhirElement>();
        foreach (var line in MapData.Lines("fhir-r4-elements.txt"))
        {
            var cells = line.Split(' ');
            elements[cells[0]] = new FhirElement(
                cells[0], cells[1], cells[2].EndsWith('*'), !cells[2].StartsWith('0'), cells.Length > 3 ? cells[3].Split('|') : []);
        }

        return elements.ToFrozenDictionary();
    }
}
