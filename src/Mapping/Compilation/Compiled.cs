using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Works an expression out for one message.</summary>
internal delegate MapValue Evaluator(EvalContext context);

/// <summary>A checked expression: its type and the delegate that works it out. A faulty one has type Nothing and is absent, so that checking goes on.</summary>
internal sealed record Compiled(MapType Type, Evaluator Evaluate)
{
    public static Compiled Faulty { get; } = new(MapType.Nothing, static _ => MapValue.Absent);

    public static Compiled Constant(MapType type, MapValue value) => new(type, _ => value);
}
