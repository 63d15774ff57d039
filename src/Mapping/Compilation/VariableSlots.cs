using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Gives variables their places in the runs of each level.</summary>
internal sealed class VariableSlots
{
    private readonly int[] _counts = new int[RunLevels.Count];

    public int Count(RunLevel level) => _counts[(int)level];

    /// <summary>The place of a variable that a rule sets; null after a finding.</summary>
    public CompiledVariable? Set(string name, MapType type, string map, CompileScope scope, Position at)
    {
        if (!scope.Variables.TryGetValue(name, out var known))
        {
            known = new CompiledVariable(scope.Level, _counts[(int)scope.Level]++, type, map, scope.FirstPath);
            scope.Variables[name] = known;
            return known;
        }

        if (known.Level != scope.Level)
        {
            scope.Report(MapCodes.RunLevel, at,
                $"${name} is set per {known.Level.Word()} already and cannot be set again per {scope.Level.Word()}.", "Use another name.");
            return null;
        }

        if (known.Type == type || type.Kind == MapKind.Nothing) return known;
        if (known.Type.Kind == MapKind.Nothing) return scope.Variables[name] = known with { Type = type };
        scope.Report(MapCodes.WrongType, at, $"${name} is a {known.Type} and cannot become a {type}.",
            "Use another name, or convert the value with a function.");
        return null;
    }
}
