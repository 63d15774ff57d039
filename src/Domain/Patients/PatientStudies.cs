using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Studies that came before anybody here was known to be their patient.</summary>
internal static class PatientStudies
{
    /// <summary>Those whose images show an id of the patient are the patient's.</summary>
    public static void Take(CommandRun run, PatientRow patient)
    {
        foreach (var held in patient.Identifiers)
        {
            if (!run.Workspace.KnowsPatientId(held.Identifier.Value)) continue;
            foreach (var study in run.Workspace.FindStudiesOfUnknown(held.Identifier))
            {
                study.PatientId = patient.Id;
                study.Touch();
                run.Outcome.Record(AuditVerbs.StudyPatient, study.Id);
            }
        }
    }
}
