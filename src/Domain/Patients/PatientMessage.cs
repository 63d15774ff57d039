using System.Collections.Frozen;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Applies an ADT message to patients, visits and their entries: all of it or nothing.</summary>
internal static class PatientMessage
{
    private delegate void Act(MessageRun run, MappedPatient patient, PatientEvent @event);

    private static readonly FrozenDictionary<PatientAction, Act> Acts = new Dictionary<PatientAction, Act>
    {
        [PatientAction.Update] = VisitEvents.Apply,
        [PatientAction.Merge] = static (run, patient, _) => PatientMerge.Apply(run, patient),
        [PatientAction.MergeWithAccount] = MergeWithAccount,
        [PatientAction.ChangeId] = static (run, patient, _) => IdentifierChanges.Change(run, patient),
        [PatientAction.MoveId] = static (run, patient, _) => IdentifierChanges.Move(run, patient),
        [PatientAction.DeleteVisit] = static (run, patient, _) => PatientDeletion.DeleteVisit(run, patient),
        [PatientAction.DeletePerson] = static (run, patient, _) => PatientDeletion.DeletePerson(run, patient),
        [PatientAction.MergeVisit] = static (run, patient, _) => VisitChanges.Merge(run, patient, ofAccount: false),
        [PatientAction.MergeAccount] = static (run, patient, _) => VisitChanges.Merge(run, patient, ofAccount: true),
        [PatientAction.MoveVisit] = static (run, patient, _) => VisitChanges.Move(run, patient, ofAccount: false),
        [PatientAction.MoveAccount] = static (run, patient, _) => VisitChanges.Move(run, patient, ofAccount: true),
        [PatientAction.RenumberVisit] = static (run, patient, _) => VisitChanges.Renumber(run, patient, ofAccount: false),
        [PatientAction.RenumberAccount] = static (run, patient, _) => VisitChanges.Renumber(run, patient, ofAccount: true),
    }.ToFrozenDictionary();

    public static Outcome Apply(
        MappedMessage message, Workspace workspace, SenderPolicy policy, MessageFacts facts, SiteRules? rules = null)
    {
        var run = new MessageRun(message, workspace, policy, facts, rules);
        run.Outcome.Add(message.Problems);
        if (!PatientEventTable.Events.TryGetValue(facts.TriggerEvent, out var @event))
        {
            if (run.Rules.Strict) run.Outcome.Add(PatientProblems.UnknownEvent());
            else run.Outcome.Warn(201, PatientProblems.At("MSH", 1, 9), "This event is not one that the engine applies: it was stored and nothing changed.");
            run.Outcome.IsKept = !run.Outcome.HasErrors;
            return run.Outcome;
        }

        if (message.Patients.Count == 0) run.Outcome.Add(PatientProblems.NoIdentifier(1));
        using var savepoint = workspace.Begin();
        if (!run.Outcome.HasErrors) Dispatch(run, @event);
        if (run.Outcome.HasErrors) run.Outcome.Discard();
        else savepoint.Keep();
        return run.Outcome;
    }

    private static void Dispatch(MessageRun run, PatientEvent @event)
    {
        if (@event.Action == PatientAction.Link) PatientLinks.Link(run);
        else if (@event.Action == PatientAction.Unlink) PatientLinks.Unlink(run);
        else
        {
            foreach (var patient in run.Message.Patients)
            {
                run.Outcome.Add(patient.Problems);
                if (!patient.Problems.Exists(static p => p.Severity >= Severity.Error)) Acts[@event.Action](run, patient, @event);
            }
        }
    }

    private static void MergeWithAccount(MessageRun run, MappedPatient patient, PatientEvent @event)
    {
        PatientMerge.Apply(run, patient);
        if (!run.Outcome.HasErrors && patient.PriorAccount is not null) VisitChanges.Merge(run, patient, ofAccount: true);
    }
}
