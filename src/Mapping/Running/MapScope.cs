using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Running;

/// <summary>What the second phase needs to run for one patient, procedure, step or appointment of a message that was mapped. Refers to the message: it must not be loaded again before.</summary>
internal sealed class MapScope
{
    private readonly MapOutput?[] _outputs = new MapOutput?[RunLevels.Count];
    private readonly MapValue[]?[] _variables = new MapValue[]?[RunLevels.Count];

    public required CompiledMaps Maps { get; init; }

    public required RunLevel Level { get; init; }

    public required Message Message { get; init; }

    public required OrderGroups Groups { get; init; }

    public required DateTimeOffset Now { get; init; }

    public int Group { get; init; } = -1;

    public Segment Ipc { get; init; }

    public Segment Tq1 { get; init; }

    public int PatientStart { get; init; }

    public int PatientEnd { get; init; } = int.MaxValue;

    /// <summary>Keeps what the runs that are open have written.</summary>
    public MapScope Keep(EvalContext context)
    {
        for (var level = RunLevel.Message; level <= Level; level++)
        {
            _outputs[(int)level] = context.OutputOf(level);
            _variables[(int)level] = context.VariablesOf(level);
        }

        return this;
    }

    /// <summary>Opens everything again as it was, with a copy of the own variables: a second phase may run several times.</summary>
    public void Restore(EvalContext context)
    {
        context.Group = Group;
        context.Ipc = Ipc;
        context.Tq1 = Tq1;
        context.PatientStart = PatientStart;
        context.PatientEnd = PatientEnd;
        for (var level = RunLevel.Message; level <= Level; level++)
        {
            var variables = _variables[(int)level] ?? [];
            context.Recall(level, _outputs[(int)level], level == Level ? [.. variables] : variables);
        }
    }
}

/// <summary>The opaque <c>Scope</c> of mapped patients, procedures and steps; filled when their run has ended.</summary>
internal sealed class ScopeHolder
{
    public MapScope? Scope { get; set; }
}
