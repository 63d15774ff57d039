using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CloudPacs.Mapping.Standards;

/// <summary>
/// How many fields segments have and how many components fields have (embedded <c>hl7-segments.txt</c>), over all versions.
/// </summary>
internal static class Hl7Fields
{
    private static readonly FrozenSet<string> TypesOfOnePart =
        FrozenSet.Create("ST", "TX", "FT", "ID", "IS", "NM", "SI", "DT", "TM", "DTM");

    private static readonly Lazy<(FrozenDictionary<string, SegmentShape> Segments, FrozenDictionary<string, TypeShape> Types)> Tables =
        new(Load);

    private static readonly Lazy<FrozenDictionary<string, FieldShape?[]>> Shapes = new(static () =>
        Tables.Value.Segments.ToFrozenDictionary(
            static segment => segment.Key, static segment => Array.ConvertAll(segment.Value.Types, ShapeOf), StringComparer.Ordinal));

    private static readonly FrozenDictionary<int, string> Names = Tables.Value.Segments.Keys.ToFrozenDictionary(
        static name => Packed(name[0], name[1], name[2]), static name => name);

    public static IEnumerable<string> Segments => Tables.Value.Segments.Keys;

    /// <summary>Whether the name is a segment of the standard or a local one (Z…).</summary>
    public static bool IsKnown(string segment) => segment[0] == 'Z' || Tables.Value.Segments.ContainsKey(segment);

    /// <summary>The id of a segment in capitals; for the standard's segments without making a text.</summary>
    public static string NameOf(ReadOnlySpan<byte> id) =>
        id is [var first, var second, var third] && Names.TryGetValue(Packed(first, second, third), out var known)
            ? known
            : Encoding.ASCII.GetString(id).ToUpperInvariant();

    /// <summary>Three characters in capitals as one number.</summary>
    private static int Packed(int first, int second, int third) => (Capital(first) << 16) | (Capital(second) << 8) | Capital(third);

    private static int Capital(int letter) => char.IsAsciiLetterLower((char)letter) ? letter & ~0x20 : letter;

    /// <summary>
    /// The most fields that any version has, and a sentence such as <c>segment OBR has 50 fields in 2.5.1 and 54 in 2.8.1</c>; null when it
    /// is not known.
    /// </summary>
    public static (int Max, string Sentence)? FieldsOf(string segment)
    {
        if (!Tables.Value.Segments.TryGetValue(segment, out var shape) || shape.Fields.Count == 0) return null;
        var max = shape.Fields.Max(version => version.Fields);
        var usual = shape.Fields.Find(version => version.Version == "2.5.1");
        var last = shape.Fields.First(version => version.Fields == max);
        if (usual.Version is null) usual = last;
        var more = usual.Fields == max ? "" : string.Create(CultureInfo.InvariantCulture, $" and {max} in {last.Version}");
        return (max,
            string.Create(CultureInfo.InvariantCulture,
            $"segment {segment} has {usual.Fields} {(usual.Fields == 1 ? "field" : "fields")} in {usual.Version}{more}"));
    }

    /// <summary>The type of a field; null when it is not known.</summary>
    public static string? TypeOf(string segment, int field) =>
        Tables.Value.Segments.TryGetValue(segment, out var shape) && field >= 1 && field <= shape.Types.Length
            ? shape.Types[field - 1].TrimEnd('*')
            : null;

    /// <summary>The type of a field and its number of components; null when the type has none or is not known.</summary>
    public static (string Type, int Components)? ComponentsOf(string segment, int field)
    {
        if (!Tables.Value.Segments.TryGetValue(segment, out var shape) || field > shape.Types.Length) return null;
        var type = shape.Types[field - 1].TrimEnd('*');
        return Tables.Value.Types.TryGetValue(type, out var known) ? (type, known.Components) : null;
    }

    /// <summary>What the standard says of a field; null when it is not known.</summary>
    public static FieldShape? ShapeOf(string segment, int field)
    {
        var shapes = Shapes.Value.GetValueOrDefault(segment);
        return shapes is not null && field <= shapes.Length ? shapes[field - 1] : null;
    }

    private static FieldShape? ShapeOf(string type)
    {
        var name = type.TrimEnd('*');
        // Of any type, as OBX-2 says.
        if (name == "Varies") return new FieldShape(repeats: true, isOnePart: false, composites: null);
        var isOnePart = TypesOfOnePart.Contains(name);
        var known = Tables.Value.Types.GetValueOrDefault(name);
        return isOnePart || known is not null ? new FieldShape(type.EndsWith('*'), isOnePart, known?.Composites) : null;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static (FrozenDictionary<string, SegmentShape>, FrozenDictionary<string, TypeShape>) Load()
    {
        var segments = new Dictionary<string, SegmentShape>();
        var types = new Dictionary<string, TypeShape>();
        foreach (var line in MapData.Lines("hl7-segments.txt"))
        {
            var cells = line.Split(';');
            if (cells.Length == 1)
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                var (count, composites) = line[(equals + 1)..].Split(':') is [var first, .. var more] ? (first, more) : default;
                string[]? parts = composites is ["*"] ? null : [.. composites.SelectMany(static list => list.Split(','))];
                types[line[..equals]] = new TypeShape(Number(count), parts);
                continue;
            }

            var fields = cells[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(version => version.Split('='))
                .Select(pair => (pair[0], int.Parse(pair[1], CultureInfo.InvariantCulture))).ToList();
            segments[cells[0]] = new SegmentShape(fields, cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return (segments.ToFrozenDictionary(), types.ToFrozenDictionary());
    }

    /// <param name="Components">How many there are.</param>
    /// <param name="Composites">Those that have sub-components, as the table has it; null when that is not known.</param>
    private sealed record TypeShape(int Components, string[]? Composites);

    private sealed record SegmentShape(List<(string Version, int Fields)> Fields, string[] Types);
}

/// <summary>What the standard says of a field, over all versions.</summary>
/// <param name="repeats">It may have several repetitions.</param>
/// <param name="isOnePart">Its type has no components: text, number, date or code of a table.</param>
/// <param name="composites">Components that have sub-components, as the table has it; null when that is not known.</param>
internal sealed class FieldShape(bool repeats, bool isOnePart, string[]? composites)
{
    private readonly bool _isKnown = composites is not null;
    private readonly ulong _composites = BitsOf(composites, ""), _takenApart = BitsOf(composites, "="), _alone = BitsOf(composites, "-");

    public bool Repeats => repeats;

    public bool IsOnePart => isOnePart;

    /// <summary>Whether a component of a repetition is known to have no sub-components.</summary>
    public bool IsLeaf(int component, int components) => IsOnePart || (_isKnown && !Has(_composites, component)
        && !Has(_takenApart, component) && (components > 1 || !Has(_alone, component)));

    /// <summary>Whether the first sub-component says the whole (a surname, a street) and the others take it apart.</summary>
    public bool IsTakenApart(int component) => Has(_takenApart, component);

    private static bool Has(ulong components, int component) => component < 64 && (components & (1UL << component)) != 0;

    /// <summary>The components of a sign, each as the bit of its number; no type of the standard has 64 of them.</summary>
    private static ulong BitsOf(string[]? composites, string sign)
    {
        var bits = 0UL;
        foreach (var composite in composites ?? [])
        {
            if (composite.EndsWith(sign, StringComparison.Ordinal)
                && int.TryParse(composite.AsSpan(0, composite.Length - sign.Length), CultureInfo.InvariantCulture, out var component))
                bits |= 1UL << component;
        }

        return bits;
    }
}
