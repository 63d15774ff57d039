using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>What is known while the rules of one sender are compiled: settings, names in scope, and where findings go.</summary>
internal sealed class CompileScope(MapSettings settings, FunctionTable functions, Diagnostics diagnostics, bool isTraced)
{
    private readonly List<(string Name, MapType Type, int Slot, string What)> _aliases = [];
    private int _localsInUse;

    public MapSettings Settings { get; } = settings;

    public FunctionTable Functions { get; } = functions;

    public bool IsTraced { get; } = isTraced;

    public RunLevel Level { get; set; }

    /// <summary>The second phase: FHIR and outgoing fields, with <c>$state</c>.</summary>
    public bool IsSecondPhase { get; set; }

    /// <summary>Id of the rule that is being compiled, for findings.</summary>
    public string? RuleId { get; set; }

    /// <summary>Variables set so far, by name.</summary>
    public Dictionary<string, CompiledVariable> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>All names that some rule of the sender sets, to tell "not yet" from "never".</summary>
    public HashSet<string> AllVariables { get; init; } = [];

    /// <summary>Targets written so far, by text without keys.</summary>
    public Dictionary<string, CompiledTarget> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>The rules that write a target, by its text, as far as none after them always does.</summary>
    public Dictionary<string, List<CompiledTarget>> Writers { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the variables that some rule reads.</summary>
    public HashSet<string> ReadVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>The fields of the message that some rule reads.</summary>
    public FieldReads Reads { get; } = new();

    /// <summary>Types of site and sender variables.</summary>
    public required IReadOnlyDictionary<string, MapType> VarTypes { get; init; }

    /// <summary>Slots that a run needs for named items.</summary>
    public int Locals { get; private set; }

    /// <summary>What a pick looks at: a segment of that name, or a field of one (<c>PID-3</c>); null outside of picks.</summary>
    public (MapKind Kind, string Segment, int Field)? Subject { get; set; }

    /// <summary>The first path of the rule, for the location of errors without a value at fault.</summary>
    public PathExpression? FirstPath { get; set; }

    public IEnumerable<string> Aliases => _aliases.Select(alias => alias.Name);

    public int NewSlot()
    {
        var slot = _localsInUse++;
        Locals = Math.Max(Locals, _localsInUse);
        return slot;
    }

    public void ReleaseSlot() => _localsInUse--;

    /// <param name="what">For hints: what the items are, such as <c>AL1</c> or <c>PID-3</c>.</param>
    public void PushAlias(string name, MapType type, int slot, string what) => _aliases.Add((name, type, slot, what));

    public void PopAlias() => _aliases.RemoveAt(_aliases.Count - 1);

    public (MapType Type, int Slot, string What)? FindAlias(string name)
    {
        for (var i = _aliases.Count - 1; i >= 0; i--)
        {
            if (_aliases[i].Name == name) return (_aliases[i].Type, _aliases[i].Slot, _aliases[i].What);
        }

        return null;
    }

    /// <summary>The slot of the innermost <c>each</c>, which <c>$n</c> counts; null outside.</summary>
    public int? InnermostSlot => _aliases.Count == 0 ? null : _aliases[^1].Slot;

    public void Report(string code, Position at, string text, string hint, bool isError = true) =>
        diagnostics.Add(code, at, RuleId, text, hint, isError);
}

/// <summary>
/// A variable that a rule sets: the run it belongs to, its place there, its type, and the first path that its value may come from.
/// </summary>
internal sealed record CompiledVariable(RunLevel Level, int Slot, MapType Type, string Map, PathExpression? FirstPath);

/// <summary>A target that a rule writes: the run it belongs to and where the rule stands.</summary>
internal sealed record CompiledTarget(RunLevel Level, string RuleId, Position At);
