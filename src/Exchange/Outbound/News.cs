using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What a change did, for those who are told of it.</summary>
/// <param name="Acts">In their order.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Origin"><c>APPLICATION|FACILITY</c> of the message that asked for it; null when no message did.</param>
/// <param name="Reasons">Why rows were closed or held, in words.</param>
internal sealed record News(
    IReadOnlyList<AuditAct> Acts, DateTimeOffset At, string Actor, string? Origin, IReadOnlyDictionary<Row, string> Reasons)
{
    /// <summary>What was said of performed steps.</summary>
    public IReadOnlyList<PerformedNews> Performed { get; init; } = [];

    /// <summary>Instances that were stored, and are shown.</summary>
    public IReadOnlyList<StoredNews> Stored { get; init; } = [];

    /// <summary>Instances that went to another study, with the one that they left.</summary>
    public IReadOnlyList<StoredNews> Left { get; init; } = [];
}

/// <summary>What was said of a performed step and taken over.</summary>
/// <param name="Step">The step.</param>
/// <param name="Report">What was said.</param>
internal sealed record PerformedNews(PerformedStepRow Step, PerformedReport Report);

/// <summary>An instance that was stored, or left its study.</summary>
/// <param name="StudyInstanceUid">The study.</param>
/// <param name="Instance">The instance.</param>
internal sealed record StoredNews(string StudyInstanceUid, InstanceRow Instance);
