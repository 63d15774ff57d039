using CloudPacs.Domain;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Changes;

/// <summary>Acts of the domain as rows of the audit trail.</summary>
internal static class AuditTrail
{
    /// <param name="acts">What was done.</param>
    /// <param name="reasons">Why, where somebody said so.</param>
    /// <param name="workspace">The rows that it was done to.</param>
    /// <param name="context">Who asked for it, and when.</param>
    /// <param name="source">Network address or listener that it came from.</param>
    /// <param name="ids">Ids of audit rows.</param>
    public static IReadOnlyList<AuditRow> Of(
        IEnumerable<AuditAct> acts, IReadOnlyDictionary<Row, string> reasons, Workspace workspace, ChangeContext context, string source,
        IdSource ids) =>
        [.. acts.Select(act => new AuditRow
        {
            Id = ids.Next(),
            At = context.ReceivedAt,
            Action = act.Verb,
            Outcome = act.IsRefusal ? AuditOutcome.MinorFailure : AuditOutcome.Success,
            Actor = context.Actor,
            Source = source,
            PatientId = workspace.PatientOf(act.Subject),
            MessageId = context.JournalId,
            Entity = act.Subject.ToString(),
            Detail = workspace.Peek<Row>(act.Subject) is { } row ? reasons.GetValueOrDefault(row) : null,
        })];

    /// <summary>The same with the versions of resources that came of it, which stand at the first act.</summary>
    public static IEnumerable<AuditRow> Naming(IReadOnlyList<AuditRow> acts, IReadOnlyList<FhirResourceRow> written) =>
        acts is [var first, ..] && written.Count > 0
            ? [first with { Resources = string.Join(' ', written.Select(VersionOf)) }, .. acts.Skip(1)]
            : acts;

    private static string VersionOf(FhirResourceRow row) => $"{row.Type}/{row.Id}/_history/{row.Version}";
}
