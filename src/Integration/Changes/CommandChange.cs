using CloudPacs.Domain;
using CloudPacs.Mapping;
using CloudPacs.Resources;
using CloudPacs.Store;
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
        var news = CommandNews.Of(commands.Context, workspace, outcome);
        return new Effects { IsKept = true, Resources = ResourcesOf(outcome), News = news, Audit = audit };
    }

    private ResourceContext ResourcesOf(Outcome outcome) => new()
    {
        Now = commands.Context.ReceivedAt,
        SiteZone = commands.Context.SiteZone,
        Reasons = outcome.Reasons,
        Identifiers = identifiers,
    };
}
