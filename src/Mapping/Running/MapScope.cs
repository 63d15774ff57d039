using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// What the second phase needs to run for one patient, procedure, step or appointment of a message that was mapped: the opaque
/// <c>Scope</c> of these. Refers to the message: it must not be loaded again before. Scopes of one message run one after the other.
/// </summary>
/// <param name="maps">The rules.</param>
/// <param name="level">The level of the run.</param>
/// <param name="context">What the first phase has looked up in the message is there for the second.</param>
internal sealed class MapScope(CompiledMaps maps, RunLevel level, EvalContext context)
{
    private readonly (int Number, Segment Ipc, Segment Tq1) _group = (context.Group, context.Ipc, context.Tq1);
    private readonly (int Start, int End) _patient = (context.PatientStart, context.PatientEnd);
    private OpenRun[] _runs = [];

    public CompiledMaps Maps => maps;

    public RunLevel Level => level;

    public EvalContext Context => context;

    /// <summary>Keeps what the runs that are open have written, when the run has ended.</summary>
    public void Keep() => _runs = context.RunsDownTo(level);

    /// <summary>Opens everything again as it was for a second phase, which may run several times.</summary>
    /// <param name="setsVariables">It gets a copy of the own variables.</param>
    public void Restore(bool setsVariables)
    {
        context.OpenGroup(_group.Number, _group.Ipc, _group.Tq1);
        context.OpenPatient(_patient.Start, _patient.End);
        context.Recall(_runs, setsVariables);
    }
}
