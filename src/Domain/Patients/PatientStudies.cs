using CloudPacs.Store.Patients;
using CloudPacs.Store.Studies;

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

    /// <summary>
    /// After a merge: what looked like the order of somebody else may be one of the patient's. One is linked; of several a person takes
    /// one.
    /// </summary>
    public static void Agree(CommandRun run, PatientRow survivor)
    {
        var own = run.Workspace.OrdersOf(survivor.Id).Select(static order => order.Id).ToHashSet();
        foreach (var study in run.Workspace.StudiesOf(survivor.Id).Where(static study => study.IsWaiting))
        {
            var links = study.Links.FindAll(link => link.LinkState == LinkState.Conflict && own.Contains(link.OrderId));
            if (links.Count == 0) continue;
            LinkDecisions.Set(run, study, links, links.Count == 1 ? LinkState.Linked : LinkState.Suggested);
            LinkDecisions.ForgetMismatch(study);
        }
    }
}
