using System.Collections.Concurrent;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>All rules of one sender and message type, by level and phase.</summary>
internal sealed class CompiledMaps
{
    private readonly ConcurrentDictionary<(RunLevel Level, string Resource, bool TakesOut), CompiledRule[]> _plans = new();

    public required MapSettings Settings { get; init; }

    /// <summary>Rules of the first phase by level.</summary>
    public required CompiledRule[][] First { get; init; }

    /// <summary>Rules of the second phase by level.</summary>
    public required CompiledRule[][] Second { get; init; }

    /// <summary>The rules of the second phase that a resource needs, and those of outgoing fields when they are asked for, in their order.</summary>
    public CompiledRule[] SecondOf(RunLevel level, string resource, bool takesOut) => _plans.GetOrAdd(
        (level, resource, takesOut), static (key, maps) => [.. maps.Second[(int)key.Level].Where(rule => rule.IsFor(key.Resource, key.TakesOut))], this);

    /// <summary>Variables a run of each level needs room for.</summary>
    public required int[] Variables { get; init; }

    public required int Locals { get; init; }

    public MapValue[] NewVariables(RunLevel level) => Variables[(int)level] == 0 ? [] : new MapValue[Variables[(int)level]];
}
