using CloudPacs.Exchange.Outbound;
using CloudPacs.Resources;
using CloudPacs.Store.Audit;

namespace CloudPacs.Integration.Changes;

/// <summary>What follows from a change that was applied.</summary>
internal sealed record Effects
{
    /// <summary>Nothing is changed.</summary>
    public static Effects None { get; } = new();

    /// <summary>False when the rows shall be as they were before.</summary>
    public bool IsKept { get; init; }

    /// <summary>Why the resources of the changed rows are written; null when they are left as they are.</summary>
    public ResourceContext? Resources { get; init; }

    /// <summary>What happened, for other systems; null when there is nothing to tell.</summary>
    public News? News { get; init; }

    /// <summary>Who did what, for the audit trail; of a change that is not kept, what was refused.</summary>
    public IReadOnlyList<AuditRow> Audit { get; init; } = [];
}
