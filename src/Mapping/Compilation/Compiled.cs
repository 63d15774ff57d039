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
    /// The part of the message that the value is, or is the text of, where it is nothing else: for what reads it without making a value of
    /// it first.
    /// </summary>
    public ElementReader? Part { get; init; }

    /// <summary>Whether there is a value, without making it; null where only making it can tell.</summary>
    public Func<EvalContext, bool>? Exists { get; init; }

    /// <summary>The operands of a chain of <c>??</c>.</summary>
    public Compiled[]? Alternatives { get; init; }

    /// <summary>The items of a list that is written out.</summary>
    public Compiled[]? Items { get; init; }

    /// <summary>Whether a condition holds, without making a value of it.</summary>
    public Func<EvalContext, bool>? Test { get; init; }

    /// <summary>
    /// Tells whether the text is one that is written out, without making a text first; null for a text that it cannot tell by.
    /// </summary>
    public Func<string, Func<EvalContext, bool>?>? TextIs { get; init; }

    /// <summary>A condition that reads the message and does nothing else.</summary>
    public bool Reads { get; init; }

    /// <summary>What the expression lives on; null when it may give something, or do something, without any source.</summary>
    public Sources? Sources { get; init; }

    /// <summary>The same of a value that is used as such: a condition that does not hold is a value too.</summary>
    public Sources? ValueSources => Type.Kind == MapKind.Bool ? null : Sources;

    /// <summary>The same, which tells the trace of what it reads.</summary>
    public Compiled Traced(CompileScope scope)
    {
        if (!scope.IsTraced) return this;
        var evaluate = Evaluate;
        return this with
        {
            Part = null,
            Exists = null,
            Evaluate = context =>
            {
                var value = evaluate(context);
                if (context.Trace is not { } trace) return value;
                if (value.IsList) foreach (var item in value.Items) trace.Read(item);
                else trace.Read(value);
                return value;
            },
        };
    }

    public static Compiled Faulty { get; } = new(MapType.Nothing, static _ => MapValue.Absent);

    public static Compiled Constant(MapType type, MapValue value) => new(type, _ => value)
    {
        Value = value,
        Test = _ => value.IsTrue,
        Sources = !value.HasValue || (value.Kind == MapKind.Bool && !value.IsTrue && !value.IsList) ? SourcesOf(value) : null,
    };

    /// <summary>A condition.</summary>
    public static Compiled Condition(Func<EvalContext, bool> test) =>
        new(MapType.Bool, context => MapValue.Bool(test(context))) { Test = test };

    /// <summary>What is made of a constant alone is a constant too.</summary>
    public Compiled ConstantLike(Compiled source) => source.Value is null ? this : Constant(Type, Evaluate(null!));

    /// <summary>The condition as a test.</summary>
    public Func<EvalContext, bool> AsTest()
    {
        if (Test is not null) return Test;
        var evaluate = Evaluate;
        return context => evaluate(context).IsTrue;
    }

    /// <summary>The value read as text, see <see cref="MapValue.AsText"/>.</summary>
    public Func<EvalContext, string?> AsWords()
    {
        if (Value is { } value)
        {
            var text = value.AsText();
            return _ => text;
        }

        if (Part is { } part && Type.Kind == MapKind.Text) return part.Words;
        var evaluate = Evaluate;
        return context => evaluate(context).AsText();
    }

    /// <summary>Null is a value that something may be done with, nothing at all is not.</summary>
    private static Sources? SourcesOf(in MapValue value) => value.State == Hl7v2.ValueState.Null ? null : Sources.None;
}
