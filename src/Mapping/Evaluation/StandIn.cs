using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>A value in place of something better.</summary>
/// <param name="Origin">Where it stands in the message.</param>
/// <param name="IsTold">Whether its sender is told when it is not taken.</param>
internal readonly record struct StandIn((int Start, int Length) Origin, bool IsTold)
{
    /// <summary>It is nothing in place of something, but leaves what is.</summary>
    public bool LeavesStandIn { get; private init; }

    /// <summary>
    /// A value that stands in for a better one. What is stored of a better one stays, in FHIR too: in the second phase the value is absent
    /// then.
    /// </summary>
    /// <param name="context">The run.</param>
    /// <param name="value">The value.</param>
    /// <param name="field">Where its sender is told that it was not taken; absent for nowhere.</param>
    public static MapValue Take(EvalContext context, in MapValue value, in MapValue field)
    {
        if (value.State == ValueState.Absent) return value;
        var isTold = field.State != ValueState.Absent;
        var standIn = new StandIn(isTold ? field.Origin : value.Origin, isTold);
        if (context.State is null) context.StandIn = standIn;
        else if (context.State is FhirState { Kept: { } kept } && standIn.IsAmong(kept, context)) return MapValue.Absent;
        return value;
    }

    /// <summary>Takes away what is stored, unless that stands in for something better.</summary>
    public static MapValue TakeBack(EvalContext context, in MapValue field)
    {
        if (context.State is null) context.StandIn = new StandIn(field.Origin, IsTold: false) { LeavesStandIn = true };
        return MapValue.Null.From(field);
    }

    /// <summary>Whether the first phase wrote it to an attribute that was kept as it is stored.</summary>
    private bool IsAmong(KeptAttributes kept, EvalContext context)
    {
        for (var level = 0; level < RunLevels.Count; level++)
        {
            foreach (var known in context.OutputOf((RunLevel)level)?.StandIns ?? [])
            {
                if (known.Start == Origin.Start && kept.Tags.Contains(known.Attribute)) return true;
            }
        }

        return false;
    }
}
