using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Rules;

/// <summary>
/// Rules in their order, each beside what it needs: most rules find nothing in a message, and these are passed over without a look at them.
/// </summary>
internal sealed class RulePlan(IReadOnlyList<CompiledRule> rules)
{
    private readonly (SourceGate Gate, CompiledRule Rule)[] _steps = [.. rules.Select(static rule => (new SourceGate(rule.Needs), rule))];

    public IReadOnlyList<CompiledRule> Rules => rules;

    public void Run(EvalContext context)
    {
        foreach (ref readonly var step in _steps.AsSpan())
        {
            if (step.Gate.IsOpen(context)) step.Rule.Run(context);
        }
    }
}
