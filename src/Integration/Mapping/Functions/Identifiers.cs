using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>Lists of identifiers without some of them.</summary>
internal static class Identifiers
{
    public static MapValue Without(IReadOnlyList<MapValue> items, Identifier? left)
    {
        List<MapValue> kept = [];
        foreach (var item in items)
        {
            if (item.AsIdentifier() is not { } identifier || (left is { } other && identifier.Names(other))) continue;
            if (!kept.Exists(known => known.AsIdentifier()!.Value.Names(identifier))) kept.Add(item);
        }
        return MapValue.List(MapKind.Identifier, kept);
    }

    public static MapValue WithoutTypes(IReadOnlyList<MapValue> items, MapTable? types) => MapValue.List(MapKind.Identifier,
        items.Where(item => item.AsIdentifier()?.TypeCode is not { } type || types is null || !types.Contains(type)));
}
