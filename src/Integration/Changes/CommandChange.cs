using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Domain.Studies;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Mapping;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Changes;

/// <summary>Commands to the domain as a change of rows, whoever gives them.</summary>
/// <param name="commands">What is asked.</param>
/// <param name="identifiers">Writes numbers as FHIR Identifiers by the tables of the sender.</param>
/// <param name="source">Address that the request came from.</param>
/// <param name="installation">Namespace of the installation.</param>
/// <param name="visibility">Says why no station sees an entry.</param>
/// <param name="ids">Ids of audit rows.</param>
internal sealed class CommandChange(
    CommandSet commands, IdentifierWriter identifiers, string source, Guid installation, EntryVisibility visibility, IdSource ids) : Change
{
    /// <summary>What became of the commands; set when they were applied.</summary>
    public Outcome? Outcome { get; private set; }

    public override WorkspaceKeys Keys { get; } = commands.Keys(installation);

    public override IReadOnlyList<string> Lanes { get; } = commands.Lanes is { Count: > 0 } named ? named : ["administration"];

    public override WorkspaceKeys? MoreKeys(Workspace workspace) => commands.MoreKeys(workspace);

    /// <summary>It may have been given before, and have ended in doubt.</summary>
    public override bool IsRepetition => true;

    protected override Effects Apply(Workspace workspace)
    {
        var outcome = commands.Apply(workspace, visibility.WhyHidden);
        Outcome = outcome;
        var audit = AuditTrail.Of(outcome.Audit, outcome.Reasons, workspace, commands.Context, source, ids);
        if (!outcome.IsKept) return new Effects { Audit = audit };
        return new Effects { IsKept = true, Resources = ResourcesOf(outcome), News = NewsOf(outcome, workspace), Audit = audit };
    }

    private News NewsOf(Outcome outcome, Workspace workspace) => new(
        outcome.Audit, commands.Context.ReceivedAt, commands.Context.Actor, Origin: null, outcome.Reasons)
    {
        Performed =
        [
            .. from described in outcome.Described
            where described is { Key: PerformedStepRow, Value: PerformedReport }
            select new PerformedNews((PerformedStepRow)described.Key, (PerformedReport)described.Value)
        ],
        Stored =
        [
            .. from described in outcome.Described
            where described is { Key: InstanceRow, Value: InstanceDetails }
            select new StoredNews(
                StudyOf((InstanceRow)described.Key, workspace) ?? ((InstanceDetails)described.Value).StudyInstanceUid,
                (InstanceRow)described.Key)
        ],
        Left = [.. outcome.Left.Select(static one => new StoredNews(one.StudyInstanceUid, one.Instance))],
    };

    /// <summary>The study that the instance is in, which is another one than it says when its series was moved.</summary>
    private static string? StudyOf(InstanceRow instance, Workspace workspace) =>
        workspace.Peek<SeriesRow>(instance.SeriesId) is { } series ? workspace.Peek<StudyRow>(series.StudyId)?.StudyInstanceUid : null;

    private ResourceContext ResourcesOf(Outcome outcome) => new()
    {
        Now = commands.Context.ReceivedAt,
        SiteZone = commands.Context.SiteZone,
        Reasons = outcome.Reasons,
        Identifiers = identifiers,
    };
}
