using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>All rules of one sender and message type, by level and phase.</summary>
internal sealed class CompiledMaps
{
    private (RunLevel Level, string Resource, bool TakesOut, RulePlan Rules)[] _plans = [];

    public required MapSettings Settings { get; init; }

    public required FieldReads Reads { get; init; }

    /// <summary>What they do not read.</summary>
    public UnreadFields Unread => field ??= new UnreadFields(Reads, Settings.Tables.GetValueOrDefault("aside"));

    /// <summary>Rules of the first phase by level.</summary>
    public required RulePlan[] First { get; init; }

    /// <summary>Rules of the second phase by level.</summary>
    public required RulePlan[] Second { get; init; }

    /// <summary>
    /// The rules of the second phase that a resource needs, and those of outgoing fields when they are asked for, in their order.
    /// </summary>
    public RulePlan SecondOf(RunLevel level, string resource, bool takesOut)
    {
        foreach (var plan in _plans)
        {
            if (plan.Level == level && plan.TakesOut == takesOut && plan.Resource == resource) return plan.Rules;
        }

        return AddSecond(level, resource, takesOut);
    }

    private RulePlan AddSecond(RunLevel level, string resource, bool takesOut)
    {
        var rules = new RulePlan([.. Second[(int)level].Rules.Where(rule => rule.IsFor(resource, takesOut))]);
        // Two threads that make a plan at one time make the same one.
        _plans = [.. _plans, (level, resource, takesOut, rules)];
        return rules;
    }

    /// <summary>Variables a run of each level needs room for.</summary>
    public required int[] Variables { get; init; }

    public required int Locals { get; init; }

    public MapValue[] NewVariables(RunLevel level) => Variables[(int)level] == 0 ? [] : new MapValue[Variables[(int)level]];
}
