using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Links patients without merging them, and undoes it (A24, A37): no change on worklist entries.</summary>
internal static class PatientLinks
{
    public static void Link(MessageRun run)
    {
        if (Pair(run) is not var (first, second)) return;
        if (!first.LinkedTo.Add(second.Id) | !second.LinkedTo.Add(first.Id))
        {
            run.Outcome.Warn(205, PatientProblems.At("PID", 2, 3), "The two patients are linked already: nothing changed.");
            return;
        }

        Save(run, first, second, "patient.linked");
    }

    public static void Unlink(MessageRun run)
    {
        if (Pair(run) is not var (first, second)) return;
        if (!first.LinkedTo.Remove(second.Id) | !second.LinkedTo.Remove(first.Id))
        {
            run.Outcome.Warn(204, PatientProblems.At("PID", 2, 3), "The two patients are not linked: nothing changed.");
            return;
        }

        Save(run, first, second, "patient.unlinked");
    }

    private static (PatientRow First, PatientRow Second)? Pair(MessageRun run)
    {
        if (run.Message.Patients is not [var one, var two, ..])
        {
            run.Outcome.Add(PatientProblems.MissingPartner(run.Facts.TriggerEvent));
            return null;
        }

        run.Outcome.Add([.. one.Problems, .. two.Problems]);
        if (run.Outcome.HasErrors) return null;
        if (PatientRegistry.Upsert(run, one) is not { } first || PatientRegistry.Upsert(run, two) is not { } second) return null;
        if (first.Id != second.Id) return (first, second);
        run.Outcome.Add(PatientProblems.MergeIntoItself(two.PidOccurrence));
        return null;
    }

    private static void Save(MessageRun run, PatientRow first, PatientRow second, string verb)
    {
        first.Touch();
        second.Touch();
        run.Outcome.Record(verb, first.Id);
        run.Outcome.Record(verb, second.Id);
    }
}
