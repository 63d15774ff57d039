using System.Collections.Frozen;
using CloudPacs.Store.Performed;

namespace CloudPacs.Domain.Performed;

/// <summary>
/// The states of a performed procedure step (PS3.4 F.7.2.1 and F.7.2.2): what is stored and what is said give what is done.
/// </summary>
internal static class PerformedTable
{
    private static readonly FrozenDictionary<(PerformedState? Stored, bool Begins, PerformedState? Said), PerformedAction> Rows =
        new Dictionary<(PerformedState?, bool, PerformedState?), PerformedAction>
        {
            [(null, true, null)] = PerformedAction.Begin, // the check of its attributes misses the status
            [(null, true, PerformedState.InProgress)] = PerformedAction.Begin,
            [(null, true, PerformedState.Completed)] = PerformedAction.RefuseState,
            [(null, true, PerformedState.Discontinued)] = PerformedAction.RefuseState,
            [(null, false, null)] = PerformedAction.RefuseUnknown,
            [(null, false, PerformedState.InProgress)] = PerformedAction.RefuseUnknown,
            [(null, false, PerformedState.Completed)] = PerformedAction.RefuseUnknown,
            [(null, false, PerformedState.Discontinued)] = PerformedAction.RefuseUnknown,
            [(PerformedState.InProgress, false, null)] = PerformedAction.Change,
            [(PerformedState.InProgress, false, PerformedState.InProgress)] = PerformedAction.Change,
            [(PerformedState.InProgress, false, PerformedState.Completed)] = PerformedAction.End,
            [(PerformedState.InProgress, false, PerformedState.Discontinued)] = PerformedAction.End,
            [(PerformedState.Completed, false, null)] = PerformedAction.RefuseFinal,
            [(PerformedState.Completed, false, PerformedState.InProgress)] = PerformedAction.RefuseFinal,
            [(PerformedState.Completed, false, PerformedState.Completed)] = PerformedAction.RefuseFinal,
            [(PerformedState.Completed, false, PerformedState.Discontinued)] = PerformedAction.RefuseFinal,
            [(PerformedState.Discontinued, false, null)] = PerformedAction.RefuseFinal,
            [(PerformedState.Discontinued, false, PerformedState.InProgress)] = PerformedAction.RefuseFinal,
            [(PerformedState.Discontinued, false, PerformedState.Completed)] = PerformedAction.RefuseFinal,
            [(PerformedState.Discontinued, false, PerformedState.Discontinued)] = PerformedAction.RefuseFinal,
        }.ToFrozenDictionary();

    /// <summary>What a report does to the step that is stored; null when there is none.</summary>
    public static PerformedAction Of(PerformedStepRow? stored, PerformedReport report, DomainPolicy policy)
    {
        // A modality that lost an answer says the same again, perhaps hours later.
        if (stored is not null && (report.Begins ? stored.CreateHash : stored.FinalHash) == report.Hash) return PerformedAction.Repeat;
        if (stored is not null && report.Begins)
        {
            if (stored.CreateHash is not null) return PerformedAction.RefuseDuplicate;
            return report.IsFinal && !policy.PerformedMayBeginEnded ? PerformedAction.RefuseState : PerformedAction.CatchUp;
        }

        return Rows[(stored?.PerformedState, report.Begins, report.State)] switch
        {
            PerformedAction.RefuseState when policy.PerformedMayBeginEnded => PerformedAction.Begin,
            PerformedAction.RefuseUnknown when policy.UncreatedSteps != UncreatedSteps.Refuse => PerformedAction.BeginUnseen,
            var action => action,
        };
    }
}
