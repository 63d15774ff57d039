using CloudPacs.Store.Studies;

namespace CloudPacs.Domain;

/// <summary>What commands decide about the links between a study and orders.</summary>
internal static class LinkDecisions
{
    /// <summary>Decides about links of a study, as the author of the commands.</summary>
    public static void Set(CommandRun run, StudyRow study, List<StudyLinkRow> links, LinkState state)
    {
        foreach (var link in links)
        {
            (link.LinkState, link.DecidedBy, link.DecidedAt) = (state, run.Context.Actor, run.Context.ReceivedAt);
            link.Touch();
        }

        if (links.Count == 0) return;
        study.Touch();
        if (state == LinkState.Suggested) run.Outcome.Record(AuditVerbs.StudySuggested, study.Id);
        else if (state == LinkState.Linked) run.Outcome.Record(AuditVerbs.StudyLinked, study.Id);
    }

    /// <summary>No order of another patient is named any more.</summary>
    public static void ForgetMismatch(StudyRow study)
    {
        if (!study.Links.Exists(static link => link.LinkState == LinkState.Conflict)) study.Flags.Remove(StudyFlags.PatientMismatch);
    }
}
