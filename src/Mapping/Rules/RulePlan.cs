using System.Runtime.CompilerServices;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Rules;

/// <summary>
/// Rules in their order, each beside what it needs: most rules find nothing in a message, and these are passed over without a look at them.
/// </summary>
internal sealed class RulePlan
{
    private const int MostSegments = 32;

    private readonly SegmentSelector[] _segments;
    private readonly Step[] _steps;

    public RulePlan(IReadOnlyList<CompiledRule> rules)
    {
        Rules = rules;
        SetsVariables = rules.Any(static rule => rule.Writer is VariableWriter || rule.Children?.SetsVariables == true);
        List<SegmentSelector> segments = [];
        _steps = [.. rules.Select(rule => StepOf(rule, segments))];
        _segments = [.. segments];
    }

    public IReadOnlyList<CompiledRule> Rules { get; }

    /// <summary>Whether some rule, or one below it, sets a variable.</summary>
    public bool SetsVariables { get; }

    public void Run(EvalContext context)
    {
        // What was sent of each segment that some rule looks at; all of it for a rule that lives on something else.
        var sent = default(SentFields);
        sent[0] = ulong.MaxValue;
        for (var i = 0; i < _segments.Length; i++) sent[i + 1] = _segments[i].Fields(context).Sent;
        foreach (ref readonly var step in _steps.AsSpan())
        {
            if ((sent[step.Segment] & step.Fields) != 0 || (step.Further is { } further && IsSent(further, sent))
                || step.Others?.AreSent(context) == true)
                step.Rule.Run(context);
        }
    }

    private static bool IsSent((int Segment, ulong Fields)[] needs, in SentFields sent)
    {
        foreach (var (segment, fields) in needs)
        {
            if ((sent[segment] & fields) != 0) return true;
        }

        return false;
    }

    private static Step StepOf(CompiledRule rule, List<SegmentSelector> segments)
    {
        if (rule.Needs is not { } needs) return new Step(0, ulong.MaxValue, null, null, rule);
        List<(int Segment, ulong Fields)> known = [];
        foreach (var (segment, place, fields) in needs.Fields)
        {
            var index = place < 0 ? -1 : IndexOf(segment, segments);
            // A segment that a run keeps no place for is asked for by the sources themselves.
            if (index < 0) return new Step(0, 0, null, needs, rule);
            known.Add((index, fields));
        }

        if (known.Count == 0) return new Step(0, 0, null, needs, rule);
        return new Step(known[0].Segment, known[0].Fields, known.Count == 1 ? null : [.. known.Skip(1)], needs.WithoutFields, rule);
    }

    /// <summary>The place of a segment among those of the plan, from 1; -1 when there is no room for it.</summary>
    private static int IndexOf(SegmentSelector segment, List<SegmentSelector> segments)
    {
        var index = segments.FindIndex(segment.IsSame);
        if (index >= 0) return index + 1;
        if (segments.Count + 1 == MostSegments) return -1;
        segments.Add(segment);
        return segments.Count;
    }

    /// <param name="Segment">Place of the segment among those of the plan, from 1; 0 = none.</param>
    /// <param name="Fields">One of these fields of it is enough.</param>
    /// <param name="Further">Or one of these fields of other segments.</param>
    /// <param name="Others">Or one of these.</param>
    private readonly record struct Step(
        int Segment, ulong Fields, (int Segment, ulong Fields)[]? Further, Sources? Others, CompiledRule Rule);

    [InlineArray(MostSegments)]
    private struct SentFields
    {
        private ulong _first;
    }
}
