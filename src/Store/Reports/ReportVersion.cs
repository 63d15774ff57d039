namespace CloudPacs.Store.Reports;

/// <summary>One version of a report, as far as it takes to tell which of two is the later one.</summary>
/// <param name="State">What the report was worth in it.</param>
/// <param name="ReportedAt">When its author reported it or changed its state; null when that was not said.</param>
/// <param name="SentAt">When it was sent; null when that is not known.</param>
public readonly record struct ReportVersion(ReportState State, DateTimeOffset? ReportedAt, DateTimeOffset? SentAt);
