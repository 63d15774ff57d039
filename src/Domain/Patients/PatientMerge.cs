using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Merges patients (A40; A18, A34, A36 in older versions): MRG-1 goes into PID-3, with all that belongs to it (mapping reference a.10).</summary>
internal static class PatientMerge
{
    public static void Apply(MessageRun run, MappedPatient mapped)
    {
        if (run.Scoped(mapped.Primary) is not { } surviving)
        {
            run.Outcome.Add(PatientProblems.NoIdentifier(mapped.PidOccurrence));
            return;
        }

        if (mapped.Prior.Count == 0)
        {
            run.Outcome.Add(PatientProblems.NoPriorIdentifier(mapped.PidOccurrence));
            return;
        }

        var priors = mapped.Prior.ConvertAll(id => run.Scoped(id));
        if (priors.Exists(surviving.Names))
        {
            run.Outcome.Add(PatientProblems.MergeIntoItself(mapped.PidOccurrence));
            return;
        }

        // Asked before the survivor is brought up to date, which could take the prior id off it.
        if (IsCircle(run, surviving, priors))
        {
            run.Outcome.Add(PatientProblems.MergeCircle(mapped.PidOccurrence));
            return;
        }

        var alreadyMerged = run.Workspace.FindPatients(surviving) is [var known, ..] ? priors.FindAll(id => PatientIdentifiers.HoldsPrior(known, id)) : [];
        if (PatientRegistry.Upsert(run, mapped) is not { } survivor) return;
        foreach (var prior in priors) Take(run, mapped, survivor, prior, alreadyMerged.Exists(prior.Names));
    }

    /// <summary>Moves visits and orders from one patient to another and writes down who owned what.</summary>
    public static void MoveAll(MessageRun run, PatientRow from, PatientRow to, IReadOnlyList<OrderRow> orders, IReadOnlyList<VisitRow> visits, Action change)
    {
        Row[] rows = [from, to, .. visits, .. orders];
        var before = RowSnapshot.Of(rows);
        foreach (var visit in visits)
        {
            visit.PatientId = to.Id;
            visit.Touch();
        }

        foreach (var order in orders)
        {
            order.PatientId = to.Id;
            order.Touch();
        }

        change();
        from.Touch();
        to.Touch();
        run.Workspace.LogMerge(run.Facts.TriggerEvent, from.Id, to.Id, run.Facts.ReceivedAt, run.Facts.MessageId, before, RowSnapshot.Of(rows));
        // The images of what was moved show the other person.
        PatientRegistry.FlagEntries(run, to);
    }

    private static bool IsCircle(MessageRun run, Identifier surviving, List<Identifier> priors) =>
        run.Workspace.FindPatients(surviving) is [var owner, ..] && PatientIdentifiers.HoldsPrior(owner, surviving)
        && priors.Exists(prior => PatientIdentifiers.HoldsCurrent(owner, prior));

    private static void Take(MessageRun run, MappedPatient mapped, PatientRow survivor, Identifier priorId, bool isRepeated)
    {
        var location = PatientProblems.At("MRG", mapped.PidOccurrence, 1);
        var owners = run.Workspace.FindPatients(priorId);
        if (isRepeated || owners.Any(owner => owner.Id == survivor.Id))
        {
            if (isRepeated) run.Outcome.Warn(205, location, "The prior id was merged into this patient before: nothing changed.");
            PatientIdentifiers.AddPrior(survivor, priorId);
            survivor.Touch();
            return;
        }

        if (owners is not [var prior, ..])
        {
            const string text = "No patient has the prior id: nothing was merged; check MRG-1 if records are missing.";
            if (run.Rules.Strict) run.Outcome.Add(new Hl7v2.Problem(204, Hl7v2.Severity.Error, location, text));
            else run.Outcome.Warn(204, location, text);
            return;
        }

        MoveAll(run, prior, survivor, run.Workspace.OrdersOf(prior.Id), run.Workspace.VisitsOf(prior.Id), () => Retire(run, prior, survivor));
        run.Outcome.Record("patient.merged", survivor.Id);
        run.Outcome.Record("patient.retired", prior.Id);
    }

    private static void Retire(MessageRun run, PatientRow prior, PatientRow survivor)
    {
        prior.Active = false;
        prior.MergedInto = survivor.Id;
        foreach (var held in prior.Identifiers) PatientIdentifiers.AddPrior(survivor, held.Identifier);
        foreach (var other in prior.LinkedTo.Select(run.Workspace.Patient).OfType<PatientRow>())
        {
            other.LinkedTo.Remove(prior.Id);
            if (other.Id != survivor.Id && survivor.LinkedTo.Add(other.Id)) other.LinkedTo.Add(survivor.Id);
            other.Touch();
        }

        survivor.LinkedTo.Remove(prior.Id);
        prior.LinkedTo.Clear();
    }
}
