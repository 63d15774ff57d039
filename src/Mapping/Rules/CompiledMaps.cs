using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>All rules of one sender and message type, by level and phase.</summary>
internal sealed class CompiledMaps
{
    public required MapSettings Settings { get; init; }

    /// <summary>Rules of the first phase by level.</summary>
    public required CompiledRule[][] First { get; init; }

    /// <summary>Rules of the second phase by level.</summary>
    public required CompiledRule[][] Second { get; init; }

    /// <summary>Variables a run of each level needs room for.</summary>
    public required int[] Variables { get; init; }

    public required int Locals { get; init; }

    public MapValue[] NewVariables(RunLevel level) => Variables[(int)level] == 0 ? [] : new MapValue[Variables[(int)level]];
}
