using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Codes: from texts and coded elements, to DICOM items and display texts.</summary>
internal static class CodeFunctions
{
    public static readonly MapFunction[] All =
    [
        new("code", [MapType.Text, MapType.Name, MapType.Text], MapType.Code, (_, arguments) =>
            arguments[0].AsText() is { } code
                ? MapValue.Code(new MapCode(code, arguments[1].AsText(), arguments[2].AsText()))
                : MapValue.Absent)
        {
            Optional = 2,
            Check = static (arguments, settings) =>
                arguments.Count > 1 && arguments[1].AsText() is { } scheme && !CodeSchemes.IsKnown(scheme, settings)
                ? (1, $"{scheme} is no code system that is known here.", CodeSchemes.HintFor(scheme, settings))
                : null,
            Help = "code([scheme[, display]]): a text as code of that scheme (table 0396); without a scheme a code of the site",
        },
        new("triplet", [MapType.Node, MapType.Number], MapType.Code, (context, arguments) =>
            CodedElement.Triplet(arguments[0].AsNode(), (int)(arguments[1].AsNumber() ?? 1)) is { } code
                ? MapValue.Code(code)
                : MapValue.Absent)
        {
            Optional = 1,
            Help = "triplet([1|2|3]): code, text and scheme of one triplet of CE or CWE",
        },
        new("known", [MapType.Node, MapType.Table], MapType.Text, (_, arguments) =>
            Known(new ElementComponents(arguments[0].AsNode()), arguments[1].AsTable()!))
        {
            Help = "known(table): of a coded element what the table knows, its code, else its text, else those of its alternate "
                + "triplet; when it knows none of them, the code, else the text",
        },
        new("codeItem", [MapType.Code], MapType.Item, (context, arguments) =>
            arguments[0].AsCode() is { } code ? MapValue.Item(CodedElement.Item(code, context)) : MapValue.Absent)
        {
            Help = "codeItem(): a code as item of a DICOM code sequence",
        },
        new("contextItem", [MapType.Code, MapType.Text, MapType.Text, MapType.Text], MapType.Item, (context, arguments) =>
            Item(CodedElement.ContentItem(arguments[0].AsCode(),
                new MapCode(arguments[1].AsText() ?? "", arguments[2].AsText(), arguments[3].AsText()), context)))
        {
            Help = "contextItem(concept, scheme, meaning): a code as value of a concept, item of a protocol context",
        },
        new("bodySite", [MapType.Text, MapType.Text, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            BodySites.WriteConcept(context.Json, arguments[0].AsText(), arguments[1].AsText(), arguments[2].AsText(), context);
            return MapValue.Json(context.Json, start);
        })
        {
            Optional = 2,
            TakesMissing = true,
            Help = "bodySite([side[, otherwise]]): CodeableConcept of a body part by table body_part, its side by table laterality",
        },
        new("display", [MapType.Code], MapType.Text, (_, arguments) => MapValue.Text(arguments[0].AsCode()?.Display))
        {
            Help = "display(): text of a code",
        },
        new("inUnit", [MapType.Text, MapType.Text, MapType.Table], MapType.Text, Units.Convert)
        {
            Help = "inUnit(unit, table): a number times the factor that the table gives for its unit, at most 16 characters",
        },
    ];

    private static MapValue Known(in ElementComponents coded, MapTable table)
    {
        var first = MapValue.Absent;
        foreach (var part in (ReadOnlySpan<int>)[1, 2, 4, 5])
        {
            if (coded.Text(part) is not { } text) continue;
            var value = MapValue.Text(text).From(MapValue.Node(coded[part]));
            if (table.Contains(text)) return value;
            if (!first.HasValue) first = value;
        }

        return first;
    }

    private static MapValue Item(Dicom.DataSet? item) => item is null ? MapValue.Absent : MapValue.Item(item);
}
