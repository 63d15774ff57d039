using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Works an expression out for one message.</summary>
internal delegate MapValue Evaluator(EvalContext context);

/// <summary>
/// A checked expression: its type and the delegate that works it out. A faulty one has type Nothing and is absent, so that checking goes
/// on.
/// </summary>
internal sealed record Compiled(MapType Type, Evaluator Evaluate)
{
    /// <summary>The value of a constant, which needs no message; null for everything else.</summary>
    public MapValue? Value { get; private init; }

    /// <summary>
    /// The same as a part of the message, where the value is nothing else: for what reads it as text without making a value of it first.
    /// </summary>
    public Func<EvalContext, Element>? Node { get; init; }

    /// <summary>The operands of a chain of <c>??</c>.</summary>
    public Evaluator[]? Alternatives { get; init; }

    public static Compiled Faulty { get; } = new(MapType.Nothing, static _ => MapValue.Absent);

    public static Compiled Constant(MapType type, MapValue value) => new(type, _ => value) { Value = value };

    /// <summary>What is made of a constant alone is a constant too.</summary>
    public Compiled ConstantLike(Compiled source) => source.Value is null ? this : Constant(Type, Evaluate(null!));
}
