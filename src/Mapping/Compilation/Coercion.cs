using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>The conversions that need no function: what reads as text, and one value where a list is wanted.</summary>
internal static class Coercion
{
    /// <summary>
    /// Text of a value: of a node its first component and sub-component, which may be null or absent although the node is not. Blanks alone
    /// are nothing.
    /// </summary>
    public static MapValue ToText(in MapValue value)
    {
        if (value.Kind == MapKind.Text && !value.IsList) return value;
        if (value.Kind == MapKind.Node) return TextOf(value.AsNode());
        return value.HasValue ? MapValue.Text(value.AsText()).From(value) : value;
    }

    /// <summary>
    /// The text of a part of the message without blanks at its end, which say nothing (HL7 v2.5.1 2.A.74); of blanks alone nothing is left.
    /// </summary>
    internal static MapValue TextOf(in Element node)
    {
        if (node.Length == 0) return MapValue.Absent;
        if (node.Unpadded is { } text) return string.IsNullOrWhiteSpace(text) ? MapValue.Absent : MapValue.TextOf(text, node);
        return node.State == ValueState.Null || node.Component(1).SubComponent(1).State == ValueState.Null
            ? MapValue.NullOf(node)
            : MapValue.Absent;
    }

    /// <summary>The compiled expression as the wanted type, or a finding.</summary>
    public static Compiled To(this Compiled compiled, MapType want, CompileScope scope, Position at, string? what = null)
    {
        var have = compiled.Type;
        if (have == want || have.Kind == MapKind.Nothing || (want.Kind == MapKind.Any && (want.IsList == have.IsList || !want.IsList)))
            return compiled;
        var evaluate = compiled.Evaluate;
        if (have.IsList && !want.IsList)
        {
            scope.Report(MapCodes.ListToSingle, at, $"{what ?? "This"} takes one {want}, not a list.",
                "Take one with | first, or make one text with | join(', ').");
            return Compiled.Faulty;
        }

        if (want.Kind == MapKind.Any)
            return new Compiled(have.List, context => AsList(evaluate(context))) { Sources = compiled.ValueSources }.ConstantLike(compiled);
        if (!have.Single.ReadsAs(want.Single))
        {
            scope.Report(MapCodes.WrongType, at, $"{what ?? "This"} takes a {want}, not a {have}.", HintFor(have, want));
            return Compiled.Faulty;
        }

        var isText = want.Kind == MapKind.Text && have.Kind != MapKind.Text;
        if (isText && compiled.Items is { } items)
            return Lists.Of(MapKind.Text, Array.ConvertAll(items, item => item.To(MapType.Text, scope, at, what)));
        if (want.IsList == have.IsList && !isText) return compiled;
        Evaluator convert = (want.IsList, have.IsList, isText) switch
        {
            (false, _, _) when compiled.Part is { } part => part.Text,
            (false, _, _) => context => ToText(evaluate(context)),
            (_, true, _) => context => EachToText(evaluate(context)),
            (_, _, true) => context => AsList(ToText(evaluate(context))),
            _ => context => AsList(evaluate(context)),
        };
        return new Compiled(want, convert)
        {
            Part = want.IsList ? null : compiled.Part,
            Sources = compiled.ValueSources,
        }.ConstantLike(compiled);
    }

    private static MapValue EachToText(in MapValue list)
    {
        if (!list.HasValue) return list;
        var texts = new MapValue[list.Items.Length];
        for (var i = 0; i < texts.Length; i++) texts[i] = ToText(list.Items[i]);
        return MapValue.List(MapKind.Text, texts, texts.Length);
    }

    private static MapValue AsList(in MapValue value) => value.IsList ? value : MapValue.ListOf(value);

    private static string HintFor(MapType have, MapType want) => (have.Kind, want.Kind) switch
    {
        (_, MapKind.Bool) => "Use | exists to ask whether there is a value, or compare it.",
        (MapKind.Node or MapKind.Text, MapKind.Time) => "Read it with | time.",
        (MapKind.Node or MapKind.Text, MapKind.Number) => "Read it with | number.",
        (MapKind.Node, MapKind.Identifier) => "Read it with | cx or | ei.",
        (MapKind.Node or MapKind.Text, MapKind.Code) => "Make it with | code(scheme) or look it up with | map(table).",
        (MapKind.Segment, _) => "Name a field of the segment.",
        (MapKind.Time, MapKind.Text) => "Write it out with | fhirDateTime, or give the target a time.",
        (_, MapKind.Node) => "Give it a field, repetition or component of the message, such as PID-5.",
        _ => "Use a function that makes the one from the other.",
    };
}
