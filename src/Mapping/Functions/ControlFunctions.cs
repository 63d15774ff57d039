using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Tables, errors, warnings and sequences.</summary>
internal static class ControlFunctions
{
    public static readonly MapFunction[] All =
    [
        new("map", [MapType.Text, MapType.Table], MapType.Text, (context, arguments) =>
            arguments[1].AsTable() is { } table && context.Look(table, arguments[0].AsText() ?? "") is { } row
                ? InTableType(table, row.Value)
                : MapValue.Absent)
        {
            Help = "map(table): what the table has for the value; absent when it has no such row",
        },
        new("mapOr", [MapType.Text, MapType.Table, MapType.Text], MapType.Text, (context, arguments) =>
        {
            if (!arguments[0].HasValue || arguments[1].AsTable() is not { } table) return arguments[2];
            if (context.Look(table, arguments[0].AsText()!) is { } row) return InTableType(table, row.Value);
            context.Warn("not-in-table", table.Name, arguments[0]);
            return arguments[2];
        })
        {
            TakesMissing = true,
            PerItem = false,
            Help = "mapOr(table, other): what the table has for the value; else the other, with a warning of a value that it lacks",
        },
        new("error", [MapType.Number, MapType.Text, MapType.Any], MapType.Nothing,
            (context, arguments) => context.Fail(Code(arguments[0]), arguments[1].AsText(), arguments[2]))
        {
            Optional = 2,
            TakesMissing = true,
            PerItem = false,
            Help = "error(code, text, value): ends the message with an error of table 0357 at the place of the value",
        },
        new("leave", [MapType.Number, MapType.Text, MapType.Any], MapType.Nothing,
            (context, arguments) => context.Leave(Code(arguments[0]), arguments[1].AsText(), arguments[2]))
        {
            Optional = 1,
            TakesMissing = true,
            PerItem = false,
            Help = "leave(code, text, value): leaves what is stored and warns the sender (table 0357) at the place of the value",
        },
        new("warn", [MapType.Any, MapType.Text, MapType.Text], MapType.Any, (context, arguments) =>
        {
            if (arguments[1].AsText() is { } code) context.Warn(code, arguments[2].AsText());
            return arguments[0];
        })
        {
            Optional = 1,
            PerItem = false,
            ResultOf = types => types[0],
            Help = "warn(code, text): adds a warning and gives the value on",
        },
        new("sequence", [MapType.Name], MapType.Text, (context, arguments) => Next(context, arguments[0].AsText()!))
        {
            PerItem = false,
            Help = "sequence(name): the next number; sequence(accession) in the form of policy accessionPattern",
        },
    ];

    private static int Code(in MapValue value) => RuleFailure.IsCode(value.AsNumber()) ? (int)value.AsNumber()! : 207;

    private static MapValue InTableType(MapTable table, in MapValue value) =>
        value.Kind == MapKind.Text && table.Type.Kind == MapKind.Code ? MapValue.Code(new MapCode(value.AsText()!)) : value;

    private static MapValue Next(EvalContext context, string name)
    {
        var number = context.NextNumber(name);
        if (name != "accession" || number.StartsWith('<')) return MapValue.Text(number);
        var day = TimeZoneInfo.ConvertTime(context.Now, context.Settings.SiteZone).DateTime;
        return AccessionPattern.TryParse(context.Settings.Policy.AccessionPattern, out _) is { } pattern
            ? MapValue.Text(pattern.Format(day, number))
            : MapValue.Absent;
    }
}
