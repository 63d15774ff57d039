using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>HumanName and logical references to people (FHIR R4 datatypes, HL7 v2-to-FHIR XPN and XCN).</summary>
internal static class FhirNames
{
    private const string RepresentationExtension = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

    /// <summary>
    /// One repetition as HumanName; middle names are further given names. Writes nothing when no part of a name is there.
    /// </summary>
    public static void WriteHumanName(JsonText json, NameParts name, string? use)
    {
        if (!name.HasName && name.Prefix is null && name.Suffixes.Count == 0) return;
        json.BeginObject();
        if (name.Representation switch { "A" => "ABC", "I" => "IDE", "P" => "SYL", _ => null } is { } representation)
        {
            json.Name("extension"u8);
            json.BeginArray();
            json.BeginObject();
            json.Text("url"u8, RepresentationExtension);
            json.Text("valueCode"u8, representation);
            json.EndObject();
            json.EndArray();
        }

        json.Text("use"u8, use);
        json.Text("family"u8, name.Family);
        if (name.Middle?.Contains(' ', StringComparison.Ordinal) != true) WriteTexts(json, "given"u8, name.Given, name.Middle);
        else WriteTexts(json, "given"u8, [name.Given, .. name.Middle.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        WriteTexts(json, "prefix"u8, name.Prefix);
        if (name.Suffixes.Count > 0) WriteTexts(json, "suffix"u8, [.. name.Suffixes]);
        json.EndObject();
    }

    /// <summary>Prefix, given names, family name and suffixes in reading order; null without a name.</summary>
    public static string? Display(NameParts name)
    {
        Span<string?> parts = [name.Prefix, name.Given, name.Middle, name.Family];
        var count = 0;
        foreach (var part in parts)
        {
            if (!string.IsNullOrEmpty(part)) parts[count++] = part;
        }

        parts = parts[..count];
        if (name.Suffixes.Count > 0) parts = (string?[])[.. parts, .. name.Suffixes];
        return parts.IsEmpty ? null : string.Join(' ', parts);
    }

    /// <summary>
    /// A reference by identifier: scoped by the person's authority, else by the sender. Writes nothing when neither an id nor a name is
    /// there.
    /// </summary>
    public static void WritePractitioner(JsonText json, Element person, NameForm form, EvalContext context)
    {
        if (form == NameForm.Xcn)
        {
            var parts = new ElementComponents(person);
            WritePractitioner(json, NameParts.ReadXcn(parts), AssigningAuthorities.Read(parts[9]), parts.Text(13), context);
            return;
        }

        var authority = new MappedIdentifier(
            "", ElementText.Value(person.SubComponent(9)), ElementText.Value(person.SubComponent(10)),
            ElementText.Value(person.SubComponent(11)));
        WritePractitioner(json, NameParts.Read(person, form), authority, null, context);
    }

    private static void WritePractitioner(JsonText json, NameParts name, MappedIdentifier authority, string? type, EvalContext context)
    {
        var start = json.Length;
        json.BeginObject();
        if (name.Id is not null)
        {
            json.Text("type"u8, "Practitioner");
            json.Name("identifier"u8);
            json.BeginObject();
            if (type is not null) FhirIdentifiers.WriteType(json, type, context.Settings, context);
            json.Text("system"u8, AssigningAuthorities.SystemUri(authority, context.Settings, context)
                ?? context.Settings.PractitionerSystem);
            json.Text("value"u8, name.Id);
            json.EndObject();
        }

        json.Text("display"u8, Display(name));
        json.EndObject(start);
    }

    private static void WriteTexts(JsonText json, ReadOnlySpan<byte> member, params ReadOnlySpan<string?> texts)
    {
        var start = json.Length;
        json.Name(member);
        json.BeginArray();
        var empty = json.Length;
        foreach (var text in texts)
        {
            if (text is null) continue;
            json.Item();
            json.Text(text);
        }

        if (json.Length == empty) json.Truncate(start);
        else json.EndArray();
    }
}
