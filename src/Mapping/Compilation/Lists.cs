using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Lists that are written out.</summary>
internal static class Lists
{
    public static Compiled Of(MapKind kind, Compiled[] items)
    {
        var type = new MapType(kind).List;
        if (Array.TrueForAll(items, static item => item.Value is not null))
            return Compiled.Constant(type, MapValue.List(kind, items.Select(static item => item.Value!.Value)));
        var evaluators = Array.ConvertAll(items, static item => item.Evaluate);
        Sources? sources = Sources.None;
        foreach (var item in items) sources = Sources.OneOf(sources, item.ValueSources);
        return new Compiled(type, context => Evaluate(context, kind, evaluators))
        {
            Items = items,
            Sources = sources,
        };
    }

    private static MapValue Evaluate(EvalContext context, MapKind kind, Evaluator[] items)
    {
        // Most lists are of parts that were not sent.
        MapValue[]? values = null;
        var count = 0;
        for (var i = 0; i < items.Length; i++)
        {
            var value = items[i](context);
            if (value.IsAbsent) continue;
            values ??= new MapValue[items.Length - i];
            values[count++] = value;
        }

        return values is null ? MapValue.Absent : MapValue.List(kind, values, count);
    }
}
