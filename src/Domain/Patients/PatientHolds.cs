using CloudPacs.Store.Patients;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Patients of whom nothing may be deleted.</summary>
internal static class PatientHolds
{
    public static void Apply(CommandRun run, PatientHoldCommand command)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) run.Add(PatientProblems.NoReason(command.Patient));
        else if (PatientRegistry.Find(run, command.Patient) is not { } patient) run.Add(PatientProblems.NoPatientToHold(command.Patient));
        else
        {
            run.Outcome.Explain(patient, command.Reason);
            Set(run, patient, command is HoldPatient ? command.Reason : null);
        }
    }

    /// <summary>What goes to another patient is kept there as it was: it may not be deleted for having changed hands.</summary>
    public static void Follow(CommandRun run, PatientRow from, PatientRow to)
    {
        if (from.Hold is not { } reason || to.Hold is not null) return;
        run.Outcome.Explain(to, reason);
        Set(run, to, reason);
    }

    /// <summary>Whether the study, or its patient, is on hold.</summary>
    public static bool Include(Workspace workspace, StudyRow study)
    {
        if (study.Hold is not null) return true;
        if (study.PatientId is not { } patient) return false;
        // Not to know it is no reason to delete.
        return (workspace.Survivor(patient) ?? throw new InvalidOperationException($"The patient of study {study.Id} is not loaded.")).Hold
            is not null;
    }

    private static void Set(CommandRun run, PatientRow patient, string? reason)
    {
        if (patient.Hold == reason) return;
        patient.Hold = reason;
        patient.Touch();
        run.Outcome.Record(reason is null ? AuditVerbs.PatientHoldEnded : AuditVerbs.PatientHeld, patient.Id);
    }
}
