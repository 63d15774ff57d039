using CloudPacs.Store.Studies;

namespace CloudPacs.Domain;

/// <summary>How long studies have to be kept.</summary>
/// <param name="Facility">Of those of one facility; null = of all.</param>
/// <param name="Modality">Of those of one modality; null = of all.</param>
/// <param name="Keep">How long, from the day of the study or its receipt, whichever is later.</param>
public sealed record RetentionRule(string? Facility, string? Modality, TimeSpan Keep);

/// <summary>
/// The rules of a site. Of several that fit, the one that says more counts: that of the facility and the modality, of the facility, of the
/// modality, of all. A study of several modalities is kept as long as the longest of theirs, and for ever when one of them has no rule.
/// </summary>
public sealed record RetentionRules(IReadOnlyList<RetentionRule> Rules)
{
    public static RetentionRules None { get; } = new([]);

    /// <summary>The shortest time of all; null when everything is kept for ever.</summary>
    public TimeSpan? Shortest => Rules.Count > 0 ? Rules.Min(static rule => rule.Keep) : null;

    /// <summary>Whether a study need not be kept any more.</summary>
    public bool IsOver(StudyRow study, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(study);
        return study.Hold is null && EndOf(new KeptStudy(
            study.Id, study.StudyInstanceUid, study.Facility, study.StudyDate, study.ReceivedAt,
            [.. study.Series.Select(static series => series.Modality)])) is { } end && end <= now;
    }

    /// <summary>Until when it has to be kept; null = for ever.</summary>
    public DateTimeOffset? EndOf(KeptStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var times = study.Modalities.Select(modality => KeepOf(study.Facility, modality)).ToList();
        if (times.Count == 0 || times.Exists(static keep => keep is null)) return null;
        // An old study that came yesterday is not deleted today.
        var made = study.StudyDate is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero) : study.ReceivedAt;
        return (made > study.ReceivedAt ? made : study.ReceivedAt) + times.Max();
    }

    private TimeSpan? KeepOf(string? facility, string modality) => Rules
        .Where(rule => (rule.Facility is null || rule.Facility == facility) && (rule.Modality is null || rule.Modality == modality))
        .OrderByDescending(static rule => (rule.Facility is null ? 0 : 2) + (rule.Modality is null ? 0 : 1))
        .FirstOrDefault()?.Keep;
}
