using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Domain.Studies;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Changes;

/// <summary>What other systems are told of commands that no message brought.</summary>
internal static class CommandNews
{
    public static News Of(ChangeContext context, Workspace workspace, params IReadOnlyList<Outcome> outcomes) => new(
        [.. outcomes.SelectMany(static outcome => outcome.Audit)], context.ReceivedAt, context.Actor, Origin: null,
        outcomes is [var only] ? only.Reasons : ReasonsOf(outcomes))
    {
        Performed =
        [
            .. from described in outcomes.SelectMany(static outcome => outcome.Described)
            where described is { Key: PerformedStepRow, Value: PerformedReport }
            select new PerformedNews((PerformedStepRow)described.Key, (PerformedReport)described.Value)
        ],
        Stored =
        [
            .. from described in outcomes.SelectMany(static outcome => outcome.Described)
            where described is { Key: InstanceRow, Value: InstanceDetails }
            select new StoredNews(
                StudyOf((InstanceRow)described.Key, workspace) ?? ((InstanceDetails)described.Value).StudyInstanceUid,
                (InstanceRow)described.Key)
        ],
        Left =
        [
            .. outcomes.SelectMany(static outcome => outcome.Left)
                .Select(static one => new StoredNews(one.StudyInstanceUid, one.Instance))
        ],
    };

    /// <summary>Why rows were closed or held; what was said last counts.</summary>
    public static IReadOnlyDictionary<Store.Row, string> ReasonsOf(IEnumerable<Outcome> outcomes)
    {
        var reasons = new Dictionary<Store.Row, string>();
        foreach (var (row, reason) in outcomes.SelectMany(static outcome => outcome.Reasons)) reasons[row] = reason;
        return reasons;
    }

    /// <summary>The study that the instance is in, which is another one than it says when its series was moved.</summary>
    private static string? StudyOf(InstanceRow instance, Workspace workspace) =>
        workspace.Peek<SeriesRow>(instance.SeriesId) is { } series ? workspace.Peek<StudyRow>(series.StudyId)?.StudyInstanceUid : null;
}
