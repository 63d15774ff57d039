using CloudPacs.Domain.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Applies commands about the orders of one patient: all of them or none, or, where the policy says so, those that can be.
/// </summary>
/// <param name="context">Who asks, when, and by which rules.</param>
/// <param name="patients">The patient; a second one, unless it is the same, is refused.</param>
/// <param name="commands">What is asked.</param>
public sealed class OrderCommands(ChangeContext context, IReadOnlyList<PatientDetails> patients, IReadOnlyList<OrderCommand> commands)
    : CommandSet(context)
{
    public IReadOnlyList<PatientDetails> Patients { get; } = patients;

    public IReadOnlyList<OrderCommand> Commands { get; } = commands;

    public override IReadOnlyList<string> Lanes
    {
        get
        {
            if (Patients.FirstOrDefault(static patient => patient.Primary is not null)?.Primary is { } id) return [id.Value];
            return Commands is [var first, ..] && (first.PlacerNumber ?? first.FillerNumber ?? first.AccessionNumber) is { } number
                ? [number.Value]
                : [];
        }
    }

    public override WorkspaceKeys Keys(Guid installation) => OrderSetKeys.Of(this, installation);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => OrderSetKeys.More(this, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        var run = new CommandRun(workspace, Context, whyHidden);
        var shared = new SharedRun(run, Patients.Count > 0 ? Patients[0] : null, Commands);
        run.Outcome.Add(Faults);
        if (Commands.Count == 0) run.Add(OrderProblems.NoCommands());
        if (OtherPatient() is { } other) run.Add(OrderProblems.SeveralPatients(other));

        using var savepoint = workspace.Begin();
        var isKept = !run.Outcome.HasErrors && Apply(shared);
        if (isKept) savepoint.Keep();
        else Refuse(shared);
        return run.Outcome;
    }

    /// <summary>A second patient, whose orders would go to the first one.</summary>
    private PatientDetails? OtherPatient() =>
        Patients.Skip(1).FirstOrDefault(patient => patient.Primary is not { } id || Patients[0].Primary?.Matches(id) != true);

    /// <returns>Whether the changes stay.</returns>
    private bool Apply(SharedRun shared)
    {
        var run = shared.Run;
        // A command that only names an order needs only its key; what describes an order describes its patient too, completely.
        if (shared.Person is { } described && Commands.Any(static command => command.Procedure is not null))
            run.Outcome.Add(described.Faults);
        if (run.Outcome.HasErrors) return false;

        // Old news about orders is old news about the patient too.
        if (!Commands.All(command => OrderActions.IsStale(shared, command))) UpdatePatient(shared);
        if (run.Outcome.HasErrors) return false;

        var failed = 0;
        foreach (var command in Commands)
        {
            using var savepoint = run.Workspace.Begin();
            var part = shared.Start(command);
            OrderActions.Apply(part);
            WaitingReports.Take(part);
            WaitingStudies.Take(part);
            WaitingPerformed.Take(part);
            run.Outcome.Absorb(part.Outcome);
            run.Outcome.Orders.Add(OrderResults.Of(part));
            if (part.Outcome.HasErrors) failed++;
            else savepoint.Keep();
        }

        return failed == 0 || (run.Policy.AppliesOneByOne && failed < Commands.Count);
    }

    private void UpdatePatient(SharedRun shared)
    {
        if (shared.Person is not { Primary: not null } person) return;
        shared.Patient = PatientRegistry.Upsert(shared.Run, person);
        if (shared.Patient is null) return;
        var isAhead = Commands.Any(command => command.Procedure?.Steps.Any(step => step.Start > Context.LocalNow) == true);
        shared.Visit = VisitRegistry.Upsert(shared.Run, shared.Patient, person, status: null, isAhead);
    }

    private static void Refuse(SharedRun shared)
    {
        var outcome = shared.Run.Outcome;
        outcome.Discard();
        outcome.Orders.Clear();
        outcome.Orders.AddRange(shared.Commands.Select(command => OrderResults.Refused(command, shared.KeysOf(command))));
    }
}
