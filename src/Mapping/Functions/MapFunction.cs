using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>
/// The work of a function. The first argument always has a value, unless <see cref="MapFunction.TakesMissing"/>; the others may be absent
/// or null. An argument that was left out is absent. Arguments have the declared kinds; a node that a Text parameter takes has been read as
/// text already.
/// </summary>
public delegate MapValue FunctionBody(EvalContext context, ReadOnlySpan<MapValue> arguments);

/// <summary>
/// One function of the mapping language. Pure, except for what <see cref="EvalContext"/> offers (warnings, failures, sequences).
/// </summary>
/// <param name="Name">As written in maps: lower camel case.</param>
/// <param name="Parameters">Types of all parameters, the piped value first; a list type takes the whole list.</param>
/// <param name="Result">Type of the result for single arguments.</param>
/// <param name="Invoke">The work; must not throw on any input text, absent is the answer to what cannot be read.</param>
public sealed record MapFunction(string Name, MapType[] Parameters, MapType Result, FunctionBody Invoke)
{
    /// <summary>A call keeps its arguments on the stack, so there is a limit.</summary>
    public const int MaxParameters = 4;

    /// <summary>How many of the last parameters may be left out.</summary>
    public int Optional { get; init; }

    /// <summary>
    /// A list as first argument, where a single one is declared, runs the function once an item and gives a list without the absent
    /// results.
    /// </summary>
    public bool PerItem { get; init; } = true;

    /// <summary>Called although the first argument is absent or null (exists, isNull, count …).</summary>
    public bool TakesMissing { get; init; }

    /// <summary>
    /// Takes missing arguments, but gives nothing, or false, when all of them are missing (absent, not null), and then does nothing.
    /// </summary>
    public bool NeedsSome { get; init; }

    /// <summary>
    /// For functions whose result follows their arguments (first: the item type of the list); overrides <see cref="Result"/>.
    /// </summary>
    public Func<IReadOnlyList<MapType>, MapType>? ResultOf { get; init; }

    /// <summary>
    /// Looks at the arguments that are written out (the others are absent) when the maps are loaded: the place of the one that can never
    /// work, what is wrong and what to write; null when all is well.
    /// </summary>
    public Func<IReadOnlyList<MapValue>, MapSettings, (int Argument, string Text, string Hint)?>? Check { get; init; }

    /// <summary>
    /// Whether, with the arguments that are written out, it can never give anything: what it looks into is empty.
    /// </summary>
    public Func<IReadOnlyList<MapValue>, MapSettings, bool>? IsVain { get; init; }

    /// <summary>One line for <c>mapping functions</c> and for hints, such as <c>cut(n): the first n characters</c>.</summary>
    public string Help { get; init; } = "";
}
