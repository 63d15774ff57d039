using CloudPacs.Store;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Applies commands to patients, visits and their entries: all of them or none.</summary>
public sealed class PatientCommands(ChangeContext context, IReadOnlyList<PatientCommand> commands) : CommandSet(context)
{
    public IReadOnlyList<PatientCommand> Commands { get; } = commands;

    public override IReadOnlyList<string> Lanes => [.. Commands.SelectMany(IdsOf).Select(static id => id.Value).Distinct()];

    public override WorkspaceKeys Keys(Guid installation) => PatientKeys.Of(Commands);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) =>
        PatientKeys.More(new CommandRun(loaded, Context, whyHidden: null), Commands);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) => ApplyAll(workspace, whyHidden, Check, Apply);

    private void Check(CommandRun run)
    {
        if (Commands.Count == 0) run.Add(PatientProblems.NoIdentifier(null));
    }

    private void Apply(CommandRun run)
    {
        foreach (var command in Commands) Apply(run, command);
    }

    private static void Apply(CommandRun run, PatientCommand command)
    {
        if (command is PairCommand pair)
        {
            PatientLinks.Apply(run, pair);
            VisitRegistry.Take(run, pair.Patient);
            if (pair.Other is { } other) VisitRegistry.Take(run, other);
            return;
        }

        run.Outcome.Add(command.Patient.Faults);
        if (command.Patient.HasErrors) return;
        if (IsAboutRecord(command) && PatientRegistry.NamesOnlyRetired(run, command.Patient))
        {
            run.Add(PatientProblems.OnlyRetired(command.Patient, run.Policy));
            return;
        }

        switch (command)
        {
            case UpdatePatient update: VisitEvents.Apply(run, update); break;
            case MergePatients merge: PatientMerge.Apply(run, merge); break;
            case ChangePatientId: IdentifierChanges.Change(run, command.Patient); break;
            case MovePatientId: IdentifierChanges.Move(run, command.Patient); break;
            case DeletePatient: PatientDeletion.DeletePatient(run, command.Patient); break;
            case DeleteVisit: PatientDeletion.DeleteVisit(run, command.Patient); break;
            case MergeVisits merge: VisitChanges.Merge(run, merge.Patient, merge.ByAccount); break;
            case MoveVisit move: VisitChanges.Move(run, move.Patient, move.ByAccount); break;
            case PatientHoldCommand hold: PatientHolds.Apply(run, hold); return;
            case RenumberVisit renumber: VisitChanges.Renumber(run, renumber.Patient, renumber.ByAccount); break;
            default: throw new ArgumentException($"There is no rule for {command.GetType().Name}.", nameof(command));
        }

        if (command is not (UpdatePatient { HasVisit: true } or DeletePatient or DeleteVisit)) VisitRegistry.Take(run, command.Patient);
    }

    /// <summary>The patients that the command is about.</summary>
    private static IEnumerable<Identifier> IdsOf(PatientCommand command)
    {
        IEnumerable<Identifier?> ids = [command.Patient.Primary, (command as PairCommand)?.Other?.Primary];
        return [.. ids.OfType<Identifier>(), .. command.Patient.Prior];
    }

    /// <summary>Whether the command tells of the record of its patient, and not of what becomes of ids.</summary>
    private static bool IsAboutRecord(PatientCommand command) =>
        command is UpdatePatient or DeletePatient or DeleteVisit or MergeVisits or MoveVisit or RenumberVisit
            or PatientHoldCommand;
}
