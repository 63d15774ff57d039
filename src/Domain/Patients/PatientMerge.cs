using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Merges patients: those of the prior ids go into that of the primary one, with all that belongs to them.</summary>
internal static class PatientMerge
{
    public static void Apply(CommandRun run, MergePatients command)
    {
        Merge(run, command.Patient);
        if (command.WithAccount && !run.Outcome.HasErrors && command.Patient.PriorAccount is not null)
            VisitChanges.Merge(run, command.Patient, byAccount: true);
        if (run.Outcome.HasErrors) return;
        if (!command.WithAccount && command.Patient.PriorAccount is not null)
            run.Add(PatientProblems.NumberNotMerged(command.Patient, Field.PriorAccount));
        if (command.Patient.PriorVisit is not null) run.Add(PatientProblems.NumberNotMerged(command.Patient, Field.PriorVisit));
    }

    private static void Merge(CommandRun run, PatientDetails details)
    {
        if (run.Scoped(details.Primary) is not { } surviving)
        {
            run.Add(PatientProblems.NoIdentifier(details));
            return;
        }

        if (details.Prior.Count == 0)
        {
            run.Add(PatientProblems.NoPriorIdentifier(details));
            return;
        }

        var priors = details.Prior.Select(run.Scoped).ToList();
        if (priors.Exists(surviving.Matches))
        {
            run.Add(PatientProblems.MergeIntoItself(details));
            return;
        }

        // Asked before the survivor is brought up to date, which could take the prior id off it.
        if (IsCircle(run, surviving, priors))
        {
            run.Add(PatientProblems.MergeCircle(details));
            return;
        }

        var known = PatientRegistry.Find(run, details);
        var alreadyMerged = known is null ? [] : priors.FindAll(id => PatientIdentifiers.HoldsPrior(known, id));
        if (priors.Exists(id => !alreadyMerged.Contains(id) && IsRetired(run, id)))
        {
            run.Add(PatientProblems.PriorIdentifierRetired(details));
            return;
        }

        if (PatientRegistry.Upsert(run, details) is not { } survivor) return;
        foreach (var id in priors)
        {
            if (Take(run, details, survivor, id, alreadyMerged.Exists(id.Matches)) is { } prior && known is null)
                TakeOverData(survivor, prior);
        }
    }

    private static bool IsCircle(CommandRun run, Identifier surviving, List<Identifier> priors) =>
        run.Workspace.FindPatients(surviving) is [var owner, ..] && PatientIdentifiers.HoldsPrior(owner, surviving)
        && priors.Exists(prior => PatientIdentifiers.HoldsCurrent(owner, prior));

    /// <summary>
    /// Whether the id leads to a patient that is known by another one now: to merge that patient because of an id that it was given up
    /// for would mix up two people.
    /// </summary>
    private static bool IsRetired(CommandRun run, Identifier priorId) =>
        run.Workspace.FindPatients(priorId) is [var owner, ..] && PatientIdentifiers.HoldsPrior(owner, priorId);

    /// <summary>A survivor that was not known before is who the prior patient was, but for what the command says of it.</summary>
    private static void TakeOverData(PatientRow survivor, PatientRow prior)
    {
        var attributes = Attributes.Copy(prior.Attributes);
        Attributes.Lay(attributes, Attributes.Read(survivor.Attributes));
        PatientRegistry.StampPrimary(survivor, attributes);
        survivor.Attributes = Attributes.Renew(survivor.Attributes, attributes) ?? survivor.Attributes;
    }

    /// <returns>The patient that was merged; null when there was none to merge.</returns>
    private static PatientRow? Take(CommandRun run, PatientDetails details, PatientRow survivor, Identifier priorId, bool isRepeated)
    {
        var owners = run.Workspace.FindPatients(priorId);
        if (isRepeated || owners.Any(owner => owner.Id == survivor.Id))
        {
            if (isRepeated) run.Add(PatientProblems.MergedBefore(details));
            PatientIdentifiers.AddPrior(survivor, priorId);
            survivor.Touch();
            return null;
        }

        if (owners is not [var prior, ..])
        {
            run.Add(PatientProblems.UnknownPriorIdentifier(details, run.Context.IsStrict));
            return null;
        }

        PatientRecords.Move(
            run, prior, survivor, run.Workspace.OrdersOf(prior.Id), run.Workspace.VisitsOf(prior.Id), leavesNone: true,
            () => Retire(run, prior, survivor));
        PatientStudies.Agree(run, survivor);
        run.Outcome.Record(AuditVerbs.PatientMerged, survivor.Id);
        run.Outcome.Record(AuditVerbs.PatientRetired, prior.Id);
        return prior;
    }

    private static void Retire(CommandRun run, PatientRow prior, PatientRow survivor)
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
