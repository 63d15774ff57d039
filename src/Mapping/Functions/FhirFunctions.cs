using System.Text.Json.Nodes;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>HL7 data types to FHIR R4 data types.</summary>
internal static class FhirFunctions
{
    public static readonly MapFunction[] All =
    [
        new("humanName", [MapType.Node, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var name = NameParts.Read(arguments[0].AsNode(), NameForm.Xpn).Split(context.Settings.Policy.NameSplit);
            return MapValue.Json(FhirNames.HumanName(name, arguments[1].AsText() ?? Use(name.Type, context)));
        })
        {
            Optional = 1,
            Help = "humanName([use]): XPN as HumanName; the use by table name_use unless given",
        },
        new("identifier", [MapType.Any, MapType.Text, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var (type, use) = (arguments[1].AsText(), arguments[2].AsText());
            if (!arguments[0].IsList) return MapValue.Json(Identifier(arguments[0], type, use, context));
            return MapValue.Json(new JsonArray([.. arguments[0].Items.Select(item => Identifier(item, type, use, context)).OfType<JsonObject>()]));
        })
        {
            Optional = 2,
            PerItem = false,
            Help = "identifier([type[, use]]): a CX or what cx() and ei() give as Identifier; type of table 0203",
        },
        new("cc", [MapType.Node], MapType.Json, (context, arguments) => MapValue.Json(CodedElement.CodeableConcept(arguments[0].AsNode(), context)))
        {
            Help = "cc(): CE, CWE as CodeableConcept with all its codings",
        },
        new("address", [MapType.Node], MapType.Json, (context, arguments) => MapValue.Json(FhirContacts.Address(arguments[0].AsNode(), context)))
        {
            Help = "address(): XAD as Address",
        },
        new("telecom", [MapType.Node, MapType.Text], MapType.Json, (context, arguments) =>
            MapValue.Json(FhirContacts.Telecom(arguments[0].AsNode(), arguments[1].AsText(), context)))
        {
            Optional = 1,
            Help = "telecom([use]): XTN as ContactPoint; the use is that of XTN.2, else the given one",
        },
        new("practitioner", [MapType.Node, MapType.Name], MapType.Json, (context, arguments) =>
            MapValue.Json(FhirNames.Practitioner(arguments[0].AsNode(), V2Functions.Form(arguments[1], NameForm.Xcn), context)))
        {
            Optional = 1,
            Help = "practitioner([xcn|cnn]): a person as a reference by identifier and name",
        },
        new("location", [MapType.Node], MapType.Json, (context, arguments) => MapValue.Json(FhirLocations.Reference(arguments[0].AsNode(), context)))
        {
            Help = "location(): PL as a reference by identifier and name",
        },
    ];

    private static JsonObject? Identifier(in MapValue value, string? type, string? use, EvalContext context)
    {
        if (value.AsIdentifier() is { } identifier) return FhirIdentifiers.From(identifier, type, use, context);
        return value.Kind == MapKind.Node ? FhirIdentifiers.FromCx(value.AsNode(), type, use, context) : null;
    }

    private static string? Use(string? nameType, EvalContext context) =>
        nameType is not null && context.Settings.Tables.TryGetValue("name_use", out var table) && table.Contains(nameType) ? table.Find(nameType)!.To : null;
}
