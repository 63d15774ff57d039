using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Lists of identifiers.</summary>
internal static class Identifiers
{
    /// <summary>The ids of several CX fields in that order; null when one of the fields is to be deleted and none gives an id.</summary>
    public static MapValue All(EvalContext context, ReadOnlySpan<MapValue> fields)
    {
        var room = 0;
        foreach (ref readonly var field in fields) room += field.Items.Length;
        var (all, count, isNull) = (new MapValue[room], 0, false);
        foreach (ref readonly var field in fields)
        {
            isNull |= field.State == ValueState.Null;
            foreach (var item in field.Items)
            {
                if (AssigningAuthorities.ReadCx(item.AsNode(), context) is { } identifier)
                    all[count++] = MapValue.Identifier(identifier).From(item);
            }
        }
        return count == 0 && isNull ? MapValue.Null : MapValue.List(MapKind.Identifier, all, count);
    }

    public static MapValue Without(MapValue[] items, MappedIdentifier? left)
    {
        var kept = new MapValue[items.Length];
        var count = 0;
        foreach (var item in items)
        {
            if (item.AsIdentifier() is not { } identifier || (left is { } other && identifier.Matches(other))) continue;
            if (!Contains(kept.AsSpan(0, count), identifier)) kept[count++] = item;
        }
        return MapValue.List(MapKind.Identifier, kept, count);
    }

    private static bool Contains(ReadOnlySpan<MapValue> items, MappedIdentifier identifier)
    {
        foreach (ref readonly var item in items)
        {
            if (item.AsIdentifier()!.Matches(identifier)) return true;
        }

        return false;
    }

    public static MapValue WithoutTypes(IReadOnlyList<MapValue> items, MapTable? types) => MapValue.List(MapKind.Identifier,
        items.Where(item => item.AsIdentifier()?.TypeCode is not { } type || types is null || !types.Contains(type)));
}
