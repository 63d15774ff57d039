using System.Collections.Frozen;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>
/// What the states of a report mean for one another, whatever order its versions come in (HL7 v2.5.1 tables 0123 and 0271; FHIR R4
/// diagnostic-report-status).
/// </summary>
public static class ReportTable
{
    /// <param name="IsReleased">Seen by those who treat the patient: what is not can never take the place of it again.</param>
    /// <param name="IsWithdrawn">The report does not hold.</param>
    /// <param name="Rank">Of two versions of the same time the one of the higher rank is the later one.</param>
    /// <param name="Word">The state in FHIR.</param>
    public sealed record Entry(bool IsReleased, bool IsWithdrawn, int Rank, string Word);

    private static readonly FrozenDictionary<ReportState, Entry> Entries = new Dictionary<ReportState, Entry>
    {
        [ReportState.Unknown] = new(false, false, 0, "unknown"),
        [ReportState.Registered] = new(false, false, 1, "registered"),
        [ReportState.Partial] = new(false, false, 2, "partial"),
        [ReportState.Preliminary] = new(false, false, 3, "preliminary"),
        [ReportState.Final] = new(true, false, 4, "final"),
        [ReportState.Appended] = new(true, false, 5, "appended"),
        [ReportState.Amended] = new(true, false, 6, "amended"),
        [ReportState.Corrected] = new(true, false, 7, "corrected"),
        [ReportState.Cancelled] = new(true, true, 8, "cancelled"),
        [ReportState.EnteredInError] = new(true, true, 9, "entered-in-error"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, ReportState> Words =
        Entries.ToFrozenDictionary(static entry => entry.Value.Word, static entry => entry.Key, StringComparer.Ordinal);

    public static Entry Of(ReportState state) => Entries[state];

    /// <summary>The state of a word of FHIR; null for another one.</summary>
    public static ReportState? Find(string word) => Words.TryGetValue(word, out var state) ? state : null;

    /// <summary>What a report is worth, with those that follow it: one that was replaced does not hold any more.</summary>
    public static ReportState Shown(ReportRow report) => report.FollowedBy switch
    {
        _ when Of(report.Version.State).IsWithdrawn => report.Version.State,
        ReportRelation.Replacement => ReportState.EnteredInError,
        ReportRelation.Addendum when report.Version.State == ReportState.Final => ReportState.Appended,
        _ => report.Version.State,
    };
}
