using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping;

/// <summary>
/// FHIR data types (FHIR R4 datatypes.html) as identifiers, names and codes, by the tables that messages are written to FHIR with: the way
/// back.
/// </summary>
public sealed class FhirValues
{
    private const string Representation = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

    internal FhirValues(MapSettings settings) => Settings = settings;

    public MapSettings Settings { get; }

    /// <summary>An Identifier with its authority and type; null when it has no value.</summary>
    public MappedIdentifier? Identifier(JsonElement identifier)
    {
        if (Text(identifier, "value") is not { } value) return null;
        var name = identifier.TryGetProperty("assigner", out var assigner) ? Text(assigner, "display") : null;
        return AssigningAuthorities.OfSystem(Text(identifier, "system"), name, Settings) with
        {
            Value = value.Trim(),
            TypeCode = TypeOf(identifier),
        };
    }

    /// <summary>Code of table 0203 that an Identifier has as its type; null without one.</summary>
    public static string? TypeOf(JsonElement identifier)
    {
        if (!identifier.TryGetProperty("type", out var type)) return null;
        foreach (var coding in Items(type, "coding"))
        {
            if (Text(coding, "code") is { } code) return code;
        }

        return Text(type, "text");
    }

    /// <summary>The HumanNames to show as a person name (PS3.5 6.2.1); null when none is one.</summary>
    public string? PersonName(JsonElement person) => NameOf([.. Items(person, "name").Select(Parts)]);

    /// <summary>A name in reading order, titles first, as a person name; the last word is the family name.</summary>
    public string? PersonName(string display) =>
        NameOf([new NameParts { Family = display }.Split("lastIsFamily", Settings.NameTitles)]);

    /// <summary>Item of a code sequence (PS3.3 8.8); null when the Coding has no code.</summary>
    public DataSet? CodeItem(JsonElement coding) => Text(coding, "code") is { } code
        ? CodedElement.Item(
            new MapCode(code, CodeSchemes.SchemeOf(Text(coding, "system"), Settings), Text(coding, "display"), Text(coding, "version")),
            Settings, context: null)
        : null;

    /// <summary>What becomes of a key in a table; null when the table lacks it.</summary>
    public string? Find(string table, string key) => Settings.Tables.GetValueOrDefault(table)?.Find(key) is { To.Length: > 0 } row
        ? row.To
        : null;

    /// <summary>The first key of a table that becomes this; null when none does.</summary>
    public string? SourceOf(string table, string to) => Settings.Tables.GetValueOrDefault(table)?.Rows.Where(row => row.To == to)
        .OrderBy(static row => row.From.Length).ThenBy(static row => row.From, StringComparer.Ordinal).FirstOrDefault()?.From;

    private string? NameOf(List<NameParts> names)
    {
        var name = PersonNames.Assemble(names, "keep", Settings.Policy.DetectScript, Settings.NameTitles).ToString();
        return name.Length == 0 ? null : name;
    }

    private static NameParts Parts(JsonElement name)
    {
        var given = Texts(name, "given");
        var parts = new NameParts
        {
            Family = Text(name, "family"),
            Given = given is [var first, ..] ? first : null,
            Middle = given.Count > 1 ? string.Join(' ', given.Skip(1)) : null,
            Prefix = Texts(name, "prefix") is { Count: > 0 } prefixes ? string.Join(' ', prefixes) : null,
            Suffixes = Texts(name, "suffix"),
            Type = Text(name, "use") switch
            {
                null => null,
                "official" => "L",
                "usual" => "D",
                _ => "A",
            },
            Representation = Items(name, "extension").FirstOrDefault(static e => Text(e, "url") == Representation) is
            { ValueKind: JsonValueKind.Object } written
                ? Text(written, "valueCode") switch { "ABC" => "A", "IDE" => "I", "SYL" => "P", _ => null }
                : null,
        };
        return parts.HasName || Text(name, "text") is not { } text ? parts : parts with { Family = text };
    }

    private static List<string> Texts(JsonElement element, string list) =>
        [.. Items(element, list).Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)];

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string list) =>
        element.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
