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
        List<MapValue> all = [];
        var isNull = false;
        foreach (var field in fields)
        {
            isNull |= field.State == ValueState.Null;
            foreach (var item in field.Items)
                if (AssigningAuthorities.ReadCx(item.AsNode(), context) is { } identifier)
                    all.Add(MapValue.Identifier(identifier).From(item));
        }
        return all.Count == 0 && isNull ? MapValue.Null : MapValue.List(MapKind.Identifier, all);
    }

    public static MapValue Without(IReadOnlyList<MapValue> items, MappedIdentifier? left)
    {
        List<MapValue> kept = [];
        foreach (var item in items)
        {
            if (item.AsIdentifier() is not { } identifier || (left is { } other && identifier.Matches(other))) continue;
            if (!kept.Exists(known => known.AsIdentifier()!.Value.Matches(identifier))) kept.Add(item);
        }
        return MapValue.List(MapKind.Identifier, kept);
    }

    public static MapValue WithoutTypes(IReadOnlyList<MapValue> items, MapTable? types) => MapValue.List(MapKind.Identifier,
        items.Where(item => item.AsIdentifier()?.TypeCode is not { } type || types is null || !types.Contains(type)));
}
