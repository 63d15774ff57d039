using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>All rules of one sender and message type, by level and phase.</summary>
internal sealed class CompiledMaps
{
    private (RunLevel Level, string Resource, bool TakesOut, CompiledRule[] Rules)[] _plans = [];

    public required MapSettings Settings { get; init; }

    /// <summary>Rules of the first phase by level.</summary>
    public required CompiledRule[][] First { get; init; }

    /// <summary>Rules of the second phase by level.</summary>
    public required CompiledRule[][] Second { get; init; }

    /// <summary>
    /// The rules of the second phase that a resource needs, and those of outgoing fields when they are asked for, in their order.
    /// </summary>
    public CompiledRule[] SecondOf(RunLevel level, string resource, bool takesOut)
    {
        foreach (var plan in _plans)
        {
            if (plan.Level == level && plan.TakesOut == takesOut && plan.Resource == resource) return plan.Rules;
        }

        CompiledRule[] rules = [.. Second[(int)level].Where(rule => rule.IsFor(resource, takesOut))];
        // Two threads that make a plan at one time make the same one.
        _plans = [.. _plans, (level, resource, takesOut, rules)];
        return rules;
    }

    /// <summary>Variables a run of each level needs room for.</summary>
    public required int[] Variables { get; init; }

    public required int Locals { get; init; }

    public MapValue[] NewVariables(RunLevel level) => Variables[(int)level] == 0 ? [] : new MapValue[Variables[(int)level]];
}
