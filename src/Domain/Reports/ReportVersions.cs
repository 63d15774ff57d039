using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>Which of two versions of a report is the later one.</summary>
internal static class ReportVersions
{
    /// <summary>
    /// A released version comes after every one that is not; else the later reported, the later sent, the one of the higher rank. Times are
    /// compared like with like.
    /// </summary>
    public static int Compare(ReportVersion one, ReportVersion other)
    {
        var (entry, otherEntry) = (ReportTable.Of(one.State), ReportTable.Of(other.State));
        if (entry.IsReleased != otherEntry.IsReleased) return entry.IsReleased ? 1 : -1;
        if (Compare(one.ReportedAt, other.ReportedAt) is { } byReport) return byReport;
        return Compare(one.SentAt, other.SentAt) ?? entry.Rank.CompareTo(otherEntry.Rank);
    }

    public static bool IsLater(ReportVersion version, ReportVersion? than) => than is not { } other || Compare(version, other) >= 0;

    /// <summary>Null when they tell nothing.</summary>
    private static int? Compare(DateTimeOffset? one, DateTimeOffset? other) =>
        one is { } time && other is { } otherTime && time != otherTime ? time.CompareTo(otherTime) : null;
}
