using System.Collections.Frozen;

namespace CloudPacs.Integration.Outbound;

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
        ["procedure.numbered"] = "numbered",
        ["step.rescheduled"] = "rescheduled",
        ["step.arrived"] = "arrived",
        ["step.held"] = "held",
        ["step.released"] = "released",
        ["step.reopened"] = "released",
        ["step.returned"] = "released",
        ["step.started"] = "started",
        ["step.completed"] = "completed",
        ["step.discontinued"] = "discontinued",
        ["step.canceled"] = "canceled",
        ["step.was-started"] = "started",
        ["step.was-completed"] = "completed",
        ["step.was-discontinued"] = "discontinued",
        ["step.was-returned"] = "released",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whoever placed the order is told too: of numbers that we made, and of what had been done before the order came.</summary>
    public static bool IsNewToSender(string verb) =>
        verb == "procedure.numbered" || verb.StartsWith("step.was-", StringComparison.Ordinal);

    /// <summary>Whether an event comes of performing the step.</summary>
    public static bool IsOfPerforming(string name) => Performing.Contains(name);
}
