using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// What the second phase needs to run for one patient, procedure, step or appointment of a message that was mapped. Refers to the message:
/// it must not be loaded again before. Scopes of one message run one after the other.
/// </summary>
internal sealed class MapScope
{
    private readonly MapOutput?[] _outputs = new MapOutput?[RunLevels.Count];
    private readonly MapValue[]?[] _variables = new MapValue[]?[RunLevels.Count];

    public required CompiledMaps Maps { get; init; }

    public required RunLevel Level { get; init; }

    /// <summary>What the first phase has looked up in the message is there for the second.</summary>
    public required EvalContext Context { get; init; }

    public int Group { get; init; } = -1;

    public Segment Ipc { get; init; }

    public Segment Tq1 { get; init; }

    public int PatientStart { get; init; }

    public int PatientEnd { get; init; } = int.MaxValue;

    /// <summary>Keeps what the runs that are open have written.</summary>
    public MapScope Keep()
    {
        for (var level = RunLevel.Message; level <= Level; level++)
        {
            _outputs[(int)level] = Context.OutputOf(level);
            _variables[(int)level] = Context.VariablesOf(level);
        }

        return this;
    }

    /// <summary>Opens everything again as it was, with a copy of the own variables: a second phase may run several times.</summary>
    public void Restore()
    {
        Context.OpenGroup(Group, Ipc, Tq1);
        Context.OpenPatient(PatientStart, PatientEnd);
        for (var level = RunLevel.Message; level <= Level; level++)
        {
            var variables = _variables[(int)level] ?? [];
            Context.Recall(level, _outputs[(int)level], level == Level ? [.. variables] : variables);
        }
    }
}

/// <summary>The opaque <c>Scope</c> of mapped patients, procedures and steps; filled when their run has ended.</summary>
internal sealed class ScopeHolder
{
    public MapScope? Scope { get; set; }
}
