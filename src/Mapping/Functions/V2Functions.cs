using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>HL7 data types to DICOM texts and items, identifiers and lines.</summary>
internal static class V2Functions
{
    public static readonly MapFunction[] All =
    [
        new("pn", [MapType.Node, MapType.Name], MapType.Text, (context, arguments) =>
            Name(NameParts.Read(arguments[0].AsNode(), Form(arguments[1], NameForm.Xpn)), context, arguments[0]))
        {
            Optional = 1,
            Help = "pn([xpn|xcn|cnn]): one repetition of a name as a DICOM person name",
        },
        new("pnGroups", [MapType.Node.List, MapType.Name], MapType.Text, (context, arguments) =>
        {
            var (items, form) = (arguments[0].Items, Form(arguments[1], NameForm.Xpn));
            if (items is [var only]) return Name(NameParts.Read(only.AsNode(), form), context, only);
            return Name(ReadAll(items, form), context, items[0]);
        })
        {
            Optional = 1,
            Help = "pnGroups([xpn|xcn]): of all repetitions the name to show, as alphabetic=ideographic=phonetic",
        },
        new("hd", [MapType.Node], MapType.Text, (context, arguments) =>
            MapValue.Text(AssigningAuthorities.SystemUri(AssigningAuthorities.Read(arguments[0].AsNode()), context.Settings, context)))
        {
            Help = "hd(): FHIR system of an authority",
        },
        new("hdItem", [MapType.Node], MapType.Item, (_, arguments) =>
            Item(AssigningAuthorities.DesignatorItem(AssigningAuthorities.Read(arguments[0].AsNode()))))
        {
            Help = "hdItem(): an authority as item of an issuer sequence",
        },
        new("cx", [MapType.Node], MapType.Identifier, (context, arguments) =>
            AssigningAuthorities.ReadCx(arguments[0].AsNode(), context) is { } identifier
                ? MapValue.Identifier(identifier)
                : MapValue.Absent)
        {
            Help = "cx(): id with its authority and type; without one the sender's default authority",
        },
        new("ei", [MapType.Node, MapType.Text], MapType.Identifier, (context, arguments) =>
            AssigningAuthorities.ReadEi(arguments[0].AsNode(), arguments[1].AsText(), context) is { } identifier
                ? MapValue.Identifier(identifier)
                : MapValue.Absent)
        {
            Optional = 1,
            Help = "ei([authority]): number with its authority; without one the given, else the sender's default authority",
        },
        new("eiAsSent", [MapType.Node], MapType.Identifier, (context, arguments) =>
            AssigningAuthorities.ReadEi(arguments[0].AsNode(), context) is { } identifier
                ? MapValue.Identifier(identifier)
                : MapValue.Absent)
        {
            Help = "eiAsSent(): number with its authority; without one it has none: order numbers, whose default is another (MSH-3)",
        },
        new("issuer", [MapType.Identifier], MapType.Text, (_, arguments) =>
            MapValue.Text(arguments[0].AsIdentifier() is { } id ? id.Namespace ?? id.UniversalId : null))
        {
            Help = "issuer(): name of the authority of an identifier",
        },
        new("issuerItem", [MapType.Identifier], MapType.Item, (_, arguments) =>
            Item(arguments[0].AsIdentifier() is { } id ? AssigningAuthorities.DesignatorItem(id) : null))
        {
            Help = "issuerItem(): authority of an identifier as item of an issuer sequence",
        },
        new("qualifierItem", [MapType.Identifier], MapType.Item, (_, arguments) =>
            Item(arguments[0].AsIdentifier() is { } id ? AssigningAuthorities.DesignatorItem(id with { Namespace = null }) : null))
        {
            Help = "qualifierItem(): universal id and type of the authority as item of Issuer of Patient ID Qualifiers Sequence",
        },
        new("idItem", [MapType.Identifier], MapType.Item, (_, arguments) =>
            Item(arguments[0].AsIdentifier() is { } id ? AssigningAuthorities.PatientIdItem(id) : null))
        {
            Help = "idItem(): a further patient id as item of Other Patient IDs Sequence",
        },
        new("personItem", [MapType.Node, MapType.Text], MapType.Item, (context, arguments) =>
            Item(PersonItems.Read(arguments[0].AsNode(), arguments[1].AsText(), context)))
        {
            Optional = 1,
            Help = "personItem([institution]): XCN with id and authority as item of a person identification sequence",
        },
        new("identifiers", [MapType.Node.List, MapType.Node.List, MapType.Node], MapType.Identifier.List, (context, arguments) =>
            Identifiers.All(context, arguments))
        {
            Optional = 2,
            TakesMissing = true,
            NeedsSome = true,
            Help = "identifiers(list[, list[, id]]): all ids of several CX fields",
        },
        new("without", [MapType.Identifier.List, MapType.Identifier], MapType.Identifier.List, (_, arguments) =>
            Identifiers.Without(arguments[0].Items, arguments[1].AsIdentifier()))
        {
            Help = "without(id): the identifiers but this one, each once",
        },
        new("withoutTypes", [MapType.Identifier.List, MapType.Table], MapType.Identifier.List, (_, arguments) =>
            Identifiers.WithoutTypes(arguments[0].Items, arguments[1].AsTable()))
        {
            Help = "withoutTypes(table): the identifiers whose type code is not in the table",
        },
        new("meaning", [MapType.Node], MapType.Text, (_, arguments) => MapValue.Text(Meaning(arguments[0].AsNode())).From(arguments[0]))
        {
            Help = "meaning(): text of a coded element, else its code",
        },
        new("diagnosis", [MapType.Segment], MapType.Text, (_, arguments) => Diagnosis(arguments[0].AsSegment()))
        {
            Help = "diagnosis(): description of a DG1 segment",
        },
        new("lines", [MapType.Node.List, MapType.Text], MapType.Text,
            (_, arguments) => Lines(arguments[0].Items, arguments[1].AsText() ?? "\r\n"))
        {
            Optional = 1,
            Help = "lines([separator]): text fields with all their repetitions as lines, CR LF between",
        },
    ];

    internal static NameForm Form(in MapValue argument, NameForm otherwise) => argument.AsText() switch
    {
        "xpn" => NameForm.Xpn,
        "xcn" => NameForm.Xcn,
        "cnn" => NameForm.Cnn,
        _ => otherwise,
    };

    private static NameParts[] ReadAll(MapValue[] names, NameForm form) =>
        Array.ConvertAll(names, name => NameParts.Read(name.AsNode(), form));

    private static MapValue Name(NameParts name, EvalContext context, in MapValue source) =>
        PersonNames.AssemblePlain(name, context.Settings.Policy.NameSplit) is { } plain
            ? MapValue.Text(plain)
            : Name([name], context, source);

    private static MapValue Name(NameParts[] repetitions, EvalContext context, in MapValue source)
    {
        var policy = context.Settings.Policy;
        if (Array.Exists(repetitions, static name => name.HasBackslash)) context.Warn("backslash", null, source);
        return MapValue.Text(PersonNames.Assemble(repetitions, policy.NameSplit, policy.DetectScript, context.Settings.NameTitles)
            .ToString());
    }

    private static string? Meaning(Element coded) =>
        ElementText.Component(coded, 2) ?? ElementText.Component(coded, 9) ?? ElementText.Component(coded, 1)
            ?? ElementText.Component(coded, 5);

    /// <summary>DG1-4, else the text of the code in DG1-3.</summary>
    private static MapValue Diagnosis(Segment dg1) => ElementText.Value(dg1.Field(4)) is { } words
        ? MapValue.Text(words).From(MapValue.Node(dg1.Field(4)))
        : MapValue.Text(Meaning(dg1.Field(3))).From(MapValue.Node(dg1.Field(3)));

    private static MapValue Item(Dicom.DataSet? item) => item is null ? MapValue.Absent : MapValue.Item(item);

    private static MapValue Lines(MapValue[] nodes, string separator)
    {
        if (nodes.Length == 1 && nodes[0].AsNode().LongText is { } single && !single.Contains('\n', StringComparison.Ordinal))
            return MapValue.Text(single.TrimEnd());
        var text = new StringBuilder();
        foreach (var node in nodes)
        {
            if (node.AsNode().LongText is not { } lines) continue;
            foreach (var line in lines.Split('\n'))
            {
                if (text.Length > 0) text.Append(separator);
                text.Append(line.TrimEnd());
            }
        }
        return MapValue.Text(text.ToString().TrimEnd());
    }
}
