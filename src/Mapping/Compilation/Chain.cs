using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>The operands of <c>??</c>, one after the other; most of what a chain looks into is not there.</summary>
internal sealed class Chain(Compiled[] alternatives)
{
    private readonly (ElementReader? Part, bool IsText, Sources? Sources, Evaluator Evaluate)[] _links = Array.ConvertAll(alternatives,
        static one => (one.Part, one.Type.Kind == MapKind.Text, one.ValueSources, one.Evaluate));

    /// <summary>The first with a value; else null when one is null, for that is news too.</summary>
    public MapValue Evaluate(EvalContext context)
    {
        var value = MapValue.Absent;
        foreach (ref readonly var link in _links.AsSpan())
        {
            MapValue other;
            if (link.Part is { } part) other = part.Value(context, link.IsText);
            else if (link.Sources is { } sources && !sources.AreSent(context)) continue;
            else other = link.Evaluate(context);
            if (other.HasValue) return other;
            if (value.State == ValueState.Absent) value = other;
        }

        return value;
    }
}
