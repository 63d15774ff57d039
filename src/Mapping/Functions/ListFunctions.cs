using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Functions on lists and on the three states of a value.</summary>
internal static class ListFunctions
{
    public static readonly MapFunction[] All =
    [
        new("first", [MapType.Any.List], MapType.Any, (_, arguments) => First(arguments[0]))
        {
            TakesMissing = true,
            NeedsSome = true,
            ResultOf = types => types[0].Single,
            Help = "first(): the first item of a list",
        },
        new("upTo", [MapType.Text.List, MapType.Number, MapType.Text], MapType.Text.List, (_, arguments) =>
            UpTo(arguments[0].Items, TextFunctions.Whole(arguments[1], 0, int.MaxValue), arguments[2]))
        {
            Optional = 1,
            Help = "upTo(n[, more]): the first n items, and that text when there were more",
        },
        new("count", [MapType.Any.List], MapType.Number, (_, arguments) => MapValue.Number(arguments[0].Items.Length))
        {
            TakesMissing = true,
            Help = "count(): number of items with a value",
        },
        new("any", [MapType.Bool.List], MapType.Bool, (_, arguments) => MapValue.Bool(arguments[0].Items.Any(item => item.IsTrue)))
        {
            TakesMissing = true,
            NeedsSome = true,
            Help = "any(): whether one of the items is true",
        },
        new("all", [MapType.Bool.List], MapType.Bool, (_, arguments) => MapValue.Bool(arguments[0].Items.All(item => item.IsTrue)))
        {
            TakesMissing = true,
            Help = "all(): whether every item is true",
        },
        new("exists", [MapType.Any], MapType.Bool, (_, arguments) => MapValue.Bool(arguments[0].HasValue))
        {
            TakesMissing = true,
            NeedsSome = true,
            PerItem = false,
            Help = "exists(): whether there is a value",
        },
        new("isNull", [MapType.Any], MapType.Bool, (_, arguments) => MapValue.Bool(arguments[0].State == ValueState.Null))
        {
            TakesMissing = true,
            NeedsSome = true,
            PerItem = false,
            Help = "isNull(): whether the sender wants the value deleted",
        },
    ];

    private static MapValue First(in MapValue list) => list.HasValue ? list.Items[0] : list;

    private static MapValue UpTo(MapValue[] items, int limit, MapValue more)
    {
        if (items.Length <= limit) return MapValue.List(MapKind.Text, items);
        return MapValue.List(MapKind.Text, items.Take(limit).Append(more));
    }
}
