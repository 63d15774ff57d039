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
        new("error", [MapType.Number, MapType.Text, MapType.Any, MapType.Table], MapType.Nothing, (context, arguments) =>
        {
            CountMiss(context, arguments);
            return context.Fail(Code(arguments[0]), arguments[1].AsText(), arguments[2]);
        })
        {
            Optional = 3,
            TakesMissing = true,
            PerItem = false,
            Help = "error(code[, text[, value[, table]]]): ends the message with an error of table 0357 at the place of the value; with a "
                + "table, counts the value among those that it lacks",
        },
        new("leave", [MapType.Number, MapType.Text, MapType.Any, MapType.Table], MapType.Nothing, (context, arguments) =>
        {
            CountMiss(context, arguments);
            return context.Leave(Code(arguments[0]), arguments[1].AsText(), arguments[2]);
        })
        {
            Optional = 2,
            TakesMissing = true,
            PerItem = false,
            Help = "leave(code, text[, value[, table]]): leaves what is stored and warns the sender (table 0357) at the place of the "
                + "value; with a table, counts the value among those that it lacks",
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
        new("standIn", [MapType.Any, MapType.Any], MapType.Any, (context, arguments) => StandIn.Take(context, arguments[0], arguments[1]))
        {
            Optional = 1,
            TakesMissing = true,
            NeedsSome = true,
            PerItem = false,
            ResultOf = types => types[0],
            Help = "standIn(value[, field]): a value in place of something better that was not sent: a later message with it leaves "
                + "a better value that is stored, and warns (207) at the field",
        },
        new("takeBack", [MapType.Any], MapType.Nothing, (context, arguments) => StandIn.TakeBack(context, arguments[0]))
        {
            TakesMissing = true,
            PerItem = false,
            Help = "takeBack(field): deletes what is stored, unless it is a stand-in: that belongs to another field",
        },
        new("tellOther", [MapType.Any, MapType.Any, MapType.Any, MapType.Any], MapType.Any, (context, arguments) =>
        {
            foreach (var other in arguments[1..]) if (Differ(arguments[0], other)) context.Warn("otherwise", null, other);
            return arguments[0];
        })
        {
            Optional = 2,
            PerItem = false,
            ResultOf = types => types[0],
            Help = "tellOther(other, ...): gives the value on and warns (207) at each of the others that says otherwise",
        },
        new("tellOtherIn", [MapType.Text, MapType.Table, MapType.Text, MapType.Text], MapType.Text, (context, arguments) =>
        {
            foreach (var other in arguments[2..])
            {
                if (Differ(arguments[0], other) && !MeanSame(arguments[0], other, arguments[1].AsTable()!))
                    context.Warn("otherwise", null, other);
            }

            return arguments[0];
        })
        {
            Optional = 1,
            PerItem = false,
            Help = "tellOtherIn(table, other, ...): the same for codes; two that mean the same by the table do not differ",
        },
        new("sequence", [MapType.Name], MapType.Text, (context, arguments) => Next(context, arguments[0].AsText()!))
        {
            PerItem = false,
            Help = "sequence(name): the next number; sequence(accession) in the form of policy accessionPattern",
        },
    ];

    /// <summary>
    /// Both have a value, and not the same: times as precise as both are, ids without their authority, texts in any case.
    /// </summary>
    private static bool Differ(in MapValue value, in MapValue other)
    {
        if (!value.HasValue || !other.HasValue) return false;
        if (value.AsTime() is { } time && other.AsTime() is { } another)
            return time.HasTime && another.HasTime ? time.Value != another.Value : time.Value.Date != another.Value.Date;
        if (value.TextEquals(other)) return false;
        var (one, two) = (value.AsIdentifier()?.Value ?? value.AsText(), other.AsIdentifier()?.Value ?? other.AsText());
        return one is not null && two is not null && !string.Equals(one, two, StringComparison.OrdinalIgnoreCase);
    }

    private static bool MeanSame(in MapValue value, in MapValue other, MapTable table) =>
        table.Find(value.AsText()!) is { } row && table.Find(other.AsText()!) is { } another && row.To == another.To;

    private static void CountMiss(EvalContext context, ReadOnlySpan<MapValue> arguments)
    {
        if (arguments[3].AsTable() is { } table && arguments[2].AsText() is { } code) context.Look(table, code);
    }

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
