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
            var name = NameParts.Read(arguments[0].AsNode(), NameForm.Xpn)
                .Split(context.Settings.Policy.NameSplit, context.Settings.NameTitles);
            var start = context.Json.Length;
            FhirNames.WriteHumanName(context.Json, name, arguments[1].AsText() ?? Use(name.Type, arguments[0].AsNode(), context));
            return MapValue.Json(context.Json, start);
        })
        {
            Optional = 1,
            Help = "humanName([use]): XPN as HumanName; the use by table name_use unless given",
        },
        new("identifier", [MapType.Any, MapType.Text, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var (type, use) = (arguments[1].AsText(), arguments[2].AsText());
            return arguments[0].IsList ? Identifiers(arguments[0], type, use, context) : Identifier(arguments[0], type, use, context);
        })
        {
            Optional = 2,
            PerItem = false,
            Help = "identifier([type[, use]]): a CX or what cx() and ei() give as Identifier; type of table 0203",
        },
        new("cc", [MapType.Node], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            CodedElement.WriteConcept(context.Json, arguments[0].AsNode(), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Help = "cc(): CE, CWE as CodeableConcept with all its codings",
        },
        new("address", [MapType.Node], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            FhirContacts.WriteAddress(context.Json, arguments[0].AsNode(), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Help = "address(): XAD as Address",
        },
        new("telecom", [MapType.Node, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            FhirContacts.WriteTelecom(context.Json, arguments[0].AsNode(), arguments[1].AsText(), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Optional = 1,
            Help = "telecom([use]): XTN as ContactPoint; the use is that of XTN.2, else the given one",
        },
        new("practitioner", [MapType.Node, MapType.Name], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            FhirNames.WritePractitioner(context.Json, arguments[0].AsNode(), V2Functions.Form(arguments[1], NameForm.Xcn), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Optional = 1,
            Help = "practitioner([xcn|cnn]): a person as a reference by identifier and name",
        },
        new("location", [MapType.Node], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            FhirLocations.Write(context.Json, arguments[0].AsNode(), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Help = "location(): PL as a reference by identifier and name",
        },
    ];

    private static MapValue Identifiers(in MapValue values, string? type, string? use, EvalContext context) =>
        MapValue.List(MapKind.Json, values.Items.Select(item => Identifier(item, type, use, context)));

    private static MapValue Identifier(in MapValue value, string? type, string? use, EvalContext context)
    {
        var start = context.Json.Length;
        if (value.AsIdentifier() is { } identifier) FhirIdentifiers.Write(context.Json, identifier, type, use, context.Settings, context);
        else if (value.Kind == MapKind.Node) FhirIdentifiers.WriteCx(context.Json, value.AsNode(), type, use, context);
        return MapValue.Json(context.Json, start);
    }

    private static string? Use(string? nameType, Hl7v2.Element xpn, EvalContext context)
    {
        if (nameType is null) return null;
        FhirContacts.TellUnknown(nameType, new ElementComponents(xpn)[7], context, "name_use");
        return context.Settings.Tables.TryGetValue("name_use", out var table) && table.Find(nameType) is { To.Length: > 0 } row
            ? row.To
            : null;
    }
}
