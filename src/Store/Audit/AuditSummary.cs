namespace CloudPacs.Store.Audit;

/// <summary>How often somebody did something.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Source">From where.</param>
/// <param name="Action">What.</param>
/// <param name="Count">How often.</param>
/// <param name="First">The first time.</param>
/// <param name="Last">The last time.</param>
public sealed record AuditSummary(string Actor, string? Source, string Action, long Count, DateTimeOffset First, DateTimeOffset Last);
