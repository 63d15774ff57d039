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
        var values = new MapValue[items.Length];
        var count = 0;
        foreach (var item in items)
        {
            values[count] = item(context);
            if (!values[count].IsAbsent) count++;
        }

        return MapValue.List(kind, values, count);
    }
}
