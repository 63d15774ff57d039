using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Rules;

/// <summary>
/// Rules in their order, each beside what it needs: most rules find nothing in a message, and these are passed over without a look at them.
/// </summary>
internal sealed class RulePlan
{
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
        // What was sent of each segment that some rule looks at first; all of it for a rule that lives on something else.
        Span<ulong> sent = stackalloc ulong[_segments.Length + 1];
        sent[0] = ulong.MaxValue;
        for (var i = 0; i < _segments.Length; i++) sent[i + 1] = _segments[i].Fields(context).Sent;
        foreach (ref readonly var step in _steps.AsSpan())
        {
            if ((sent[step.Segment] & step.Fields) != 0 || step.Others?.AreSent(context) == true) step.Rule.Run(context);
        }
    }

    private static Step StepOf(CompiledRule rule, List<SegmentSelector> segments)
    {
        if (rule.Needs is not { } needs) return new Step(0, ulong.MaxValue, null, rule);
        if (needs.First is not var (segment, fields, others)) return new Step(0, 0, needs, rule);
        var index = segments.FindIndex(segment.IsSame);
        if (index < 0)
        {
            index = segments.Count;
            segments.Add(segment);
        }

        return new Step(index + 1, fields, others, rule);
    }

    /// <param name="Segment">Place of the segment among those of the plan, from 1; 0 = none.</param>
    /// <param name="Fields">One of these fields of it is enough.</param>
    /// <param name="Others">Or one of these.</param>
    private readonly record struct Step(int Segment, ulong Fields, Sources? Others, CompiledRule Rule);
}
