using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>Who may add to a study: whoever sees it. What is refused is audited, and told without the name of the facility.</summary>
internal static class StudyAdmission
{
    /// <summary>
    /// Whether the caller may add to a study. A person who merged or split studies has decided for those who go on with what they began:
    /// then the study that the images name counts, not the one that they go to.
    /// </summary>
    public static bool Admits(CommandRun run, StudyRow study, InstanceDetails instance) =>
        FacilityRule.Admits(run.Context.CallerFacility, study.Facility) || Refuse(run, study.Id, instance);

    /// <summary>
    /// Whether the caller may begin a study: its UID may be that of an order of another facility, whose images would be refused then.
    /// </summary>
    public static bool AdmitsNew(CommandRun run, StudyRow study, InstanceDetails instance) =>
        StudyRequests.Orders(run.Workspace, study).FirstOrDefault(order =>
            !FacilityRule.Admits(run.Context.CallerFacility, order.Facility)
            && order.Procedures.Exists(one => one.StudyInstanceUid == study.StudyInstanceUid)) is not { } other
        || Refuse(run, other.Id, instance);

    private static bool Refuse(CommandRun run, Guid subject, InstanceDetails instance)
    {
        run.Add(StudyProblems.OtherFacility(instance));
        run.Outcome.RecordRefusal(AuditVerbs.StudyRefused, subject);
        return false;
    }
}
