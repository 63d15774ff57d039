using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Links patients without merging them, and undoes it: no change on worklist entries.</summary>
internal static class PatientLinks
{
    public static void Apply(CommandRun run, PairCommand command)
    {
        if (command.Other is not { } other) run.Add(PatientProblems.MissingPartner(run.Context.Kind));
        else if (Pair(run, command.Patient, other) is not var (first, second)) return;
        else if (command is LinkPatients) Link(run, first, second, other);
        else Unlink(run, first, second, other);
    }

    private static void Link(CommandRun run, PatientRow first, PatientRow second, PatientDetails other)
    {
        if (!first.LinkedTo.Add(second.Id) | !second.LinkedTo.Add(first.Id)) run.Add(PatientProblems.LinkedBefore(other));
        else Save(run, first, second, AuditVerbs.PatientLinked);
    }

    private static void Unlink(CommandRun run, PatientRow first, PatientRow second, PatientDetails other)
    {
        if (!first.LinkedTo.Remove(second.Id) | !second.LinkedTo.Remove(first.Id)) run.Add(PatientProblems.NotLinked(other));
        else Save(run, first, second, AuditVerbs.PatientUnlinked);
    }

    private static (PatientRow First, PatientRow Second)? Pair(CommandRun run, PatientDetails one, PatientDetails two)
    {
        run.Outcome.Add([.. one.Faults, .. two.Faults]);
        if (run.Outcome.HasErrors) return null;
        if (PatientRegistry.Upsert(run, one) is not { } first || PatientRegistry.Upsert(run, two) is not { } second) return null;
        if (first.Id != second.Id) return (first, second);
        run.Add(PatientProblems.MergeIntoItself(two));
        return null;
    }

    private static void Save(CommandRun run, PatientRow first, PatientRow second, string verb)
    {
        first.Touch();
        second.Touch();
        run.Outcome.Record(verb, first.Id);
        run.Outcome.Record(verb, second.Id);
    }
}
