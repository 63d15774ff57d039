using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>HumanName and logical references to people (FHIR R4 datatypes, HL7 v2-to-FHIR XPN and XCN).</summary>
internal static class FhirNames
{
    private const string RepresentationExtension = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

    /// <summary>One repetition as HumanName; middle names are further given names. Null when no part of a name is there.</summary>
    public static JsonObject? HumanName(NameParts name, string? use)
    {
        if (!name.HasName && name.Prefix is null && name.Suffixes.Count == 0) return null;
        var human = new JsonObject();
        var representation = name.Representation switch { "A" => "ABC", "I" => "IDE", "P" => "SYL", _ => null };
        if (representation is not null)
            human["extension"] = new JsonArray(new JsonObject { ["url"] = RepresentationExtension, ["valueCode"] = representation });
        if (use is not null) human["use"] = use;
        if (name.Family is not null) human["family"] = name.Family;
        var given = new JsonArray();
        if (name.Given is not null) given.Add(name.Given);
        if (name.Middle is not null)
            foreach (var middle in name.Middle.Split(' ', StringSplitOptions.RemoveEmptyEntries)) given.Add(middle);
        if (given.Count > 0) human["given"] = given;
        if (name.Prefix is not null) human["prefix"] = new JsonArray(name.Prefix);
        if (name.Suffixes.Count > 0) human["suffix"] = new JsonArray([.. name.Suffixes.Select(suffix => JsonValue.Create(suffix))]);
        return human;
    }

    /// <summary>Prefix, given names, family name and suffixes in reading order; null without a name.</summary>
    public static string? Display(NameParts name)
    {
        var text = string.Join(' ', new[] { name.Prefix, name.Given, name.Middle, name.Family, string.Join(' ', name.Suffixes) }.Where(part => !string.IsNullOrEmpty(part)));
        return text.Length == 0 ? null : text;
    }

    /// <summary>A reference by identifier: scoped by the person's authority, else by the sender. Null when neither an id nor a name is there.</summary>
    public static JsonObject? Practitioner(Element person, NameForm form, EvalContext context)
    {
        var name = NameParts.Read(person, form);
        var reference = new JsonObject();
        if (name.Id is not null)
        {
            var authority = form == NameForm.Xcn ? AssigningAuthorities.Read(person.Component(9))
                : new MappedIdentifier("", ElementText.Value(person.SubComponent(9)), ElementText.Value(person.SubComponent(10)), ElementText.Value(person.SubComponent(11)));
            var identifier = new JsonObject();
            var type = form == NameForm.Xcn ? ElementText.Component(person, 13) : null;
            if (type is not null && FhirIdentifiers.Type(type, context) is { } concept) identifier["type"] = concept;
            identifier["system"] = AssigningAuthorities.SystemUri(authority, context)
                ?? $"{context.Settings.BaseUri}/id/{Uri.EscapeDataString(context.Settings.Sender)}/practitioner";
            identifier["value"] = name.Id;
            reference["type"] = "Practitioner";
            reference["identifier"] = identifier;
        }
        if (Display(name) is { } display) reference["display"] = display;
        return reference.Count == 0 ? null : reference;
    }
}
