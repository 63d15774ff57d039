using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain;

/// <summary>What holds for commands beside what they say: who gives them, when, and under which rules.</summary>
public sealed record ChangeContext
{
    /// <summary>Who asks: the name of a sending system or of a person.</summary>
    public required string Actor { get; init; }

    /// <summary>What the caller calls the event (A40, merge …); the merge log keeps it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Authority of numbers that come without one.</summary>
    public string? DefaultAuthority { get; init; }

    /// <summary>
    /// Application of order numbers that come without one: such a number is unique within the application that gave it (HL7 v2.5.1
    /// 4.5.1.2).
    /// </summary>
    public string? OrderAuthority { get; init; }

    /// <summary>Issuer of accession numbers that come without one.</summary>
    public string? AccessionAuthority { get; init; }

    /// <summary>Issuer of the numbers that the engine makes, where <see cref="AccessionAuthority"/> says none.</summary>
    public string? OwnAuthority { get; init; }

    /// <summary>When the author sent the commands, or null when that is not known.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When the author recorded what the commands tell of, or null when that is not known.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Which system speaks: its clock is compared with itself alone.</summary>
    internal string System => $"{Actor}|{OrderAuthority}|{DefaultAuthority}";

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Zone of the site: local times are meant in it.</summary>
    public required TimeZoneInfo SiteZone { get; init; }

    /// <summary>Facility whose stations shall see new orders; null = all.</summary>
    public string? Facility { get; init; }

    /// <summary>
    /// Facility of who asks, which adds to what it sees by <see cref="Store.FacilityRule"/>, and to nothing else; null = adds to all.
    /// </summary>
    public string? CallerFacility { get; init; }

    /// <summary>Journal entry of the commands, for the merge log.</summary>
    public Guid? JournalId { get; init; }

    /// <summary>An unknown prior id in a merge is refused instead of told.</summary>
    public bool IsStrict { get; init; }

    public DomainPolicy Policy { get; init; } = new();

    /// <summary>How long studies have to be kept.</summary>
    public RetentionRules Retention { get; init; } = RetentionRules.None;

    /// <summary>How many bytes the documents that stand in the resource of their report have together; others are kept apart.</summary>
    public int MaxDocumentsInRow { get; init; } = int.MaxValue;

    /// <summary>How far the clocks of others may be ahead of ours.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether a time has not come yet: a clock that is wrong, or the time of something else.</summary>
    internal bool IsAhead(DateTimeOffset? time) => time > ReceivedAt + ClockTolerance;

    /// <summary>The time, or that of receipt when it has not come yet: it would make everything later look old.</summary>
    internal DateTimeOffset? Past(DateTimeOffset? time) => IsAhead(time) ? ReceivedAt : time;

    /// <summary>Time of receipt in local time of the site, whole seconds, kind Unspecified.</summary>
    internal DateTime LocalNow => SiteTime.LocalOf(SiteZone, Now);

    /// <summary>Time of receipt, whole seconds.</summary>
    internal DateTimeOffset Now => ReceivedAt.AddTicks(-(ReceivedAt.Ticks % TimeSpan.TicksPerSecond));
}

/// <summary>Says why no station can see the entry of a step, or null when one can.</summary>
public delegate string? WhyHidden(StepRow step, OrderRow order, VisitRow? visit, DateTimeOffset now);
