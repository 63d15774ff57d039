using CloudPacs.Domain;
using CloudPacs.Store;
using CloudPacs.Store.Audit;

namespace CloudPacs.Integration.Changes;

/// <summary>Acts of the domain as rows of the audit trail.</summary>
internal static class AuditTrail
{
    public static IReadOnlyList<AuditRow> Of(IEnumerable<AuditAct> acts, ChangeContext context, string source, IdSource ids) =>
        [.. acts.Select(act => new AuditRow
        {
            Id = ids.Next(),
            At = context.ReceivedAt,
            Action = act.Verb,
            Actor = context.Actor,
            Source = source,
            MessageId = context.JournalId,
            Entity = act.Subject.ToString(),
        })];
}
