using System.Collections.Frozen;
using CloudPacs.Domain;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Which acts of the domain other systems are told of, and what the maps of destinations call them (<c>$state.event</c>).
/// </summary>
internal static class StatusEvents
{
    /// <summary>Events that come of performing: what was performed is told with them, and not with what happens later.</summary>
    private static readonly FrozenSet<string> Performing =
        FrozenSet.Create(StringComparer.Ordinal, "started", "completed", "discontinued");

    public static readonly FrozenDictionary<string, string> Of = new Dictionary<string, string>
    {
        [AuditVerbs.ProcedureNumbered] = "numbered",
        [AuditVerbs.ProcedureUnscheduled] = "unscheduled",
        [AuditVerbs.StepRescheduled] = "rescheduled",
        [AuditVerbs.StepArrived] = "arrived",
        [AuditVerbs.StepHeld] = "held",
        [AuditVerbs.StepReleased] = "released",
        [AuditVerbs.StepReopened] = "released",
        [AuditVerbs.StepReturned] = "released",
        [AuditVerbs.StepStarted] = "started",
        [AuditVerbs.StepCompleted] = "completed",
        [AuditVerbs.StepDiscontinued] = "discontinued",
        [AuditVerbs.StepCanceled] = "canceled",
        [AuditVerbs.StepWasStarted] = "started",
        [AuditVerbs.StepWasCompleted] = "completed",
        [AuditVerbs.StepWasDiscontinued] = "discontinued",
        [AuditVerbs.StepWasReturned] = "released",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whoever placed the order is told too: of numbers that we made, and of what had been done before the order came.</summary>
    public static bool IsNewToSender(string verb) =>
        verb == AuditVerbs.ProcedureNumbered || AuditVerbs.IsLate(verb);

    /// <summary>An order that its placer does not know yet is told with its numbers.</summary>
    public static bool IsToldWithOrder(AuditAct act, IReadOnlyList<AuditAct> acts) =>
        act.Verb == AuditVerbs.ProcedureNumbered && acts.Contains(act with { Verb = AuditVerbs.ProcedureUnscheduled });

    /// <summary>Whether an event comes of performing the step.</summary>
    public static bool IsOfPerforming(string name) => Performing.Contains(name);
}
