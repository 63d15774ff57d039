namespace CloudPacs.Store.Studies;

/// <summary>What somebody is to get of a stored instance; the numbers are those of the column.</summary>
public enum StudyNewsKind : short
{
    /// <summary>The instance itself.</summary>
    Forward = 0,

    /// <summary>That it is available, or no longer.</summary>
    Availability = 1,
}

/// <summary>A stored instance that somebody is to be sent, or told of, or a study of which instances are gone or back.</summary>
/// <param name="Destination">AE title.</param>
/// <param name="Kind">What of it.</param>
/// <param name="StudyInstanceUid">Its study.</param>
/// <param name="SopClassUid">What it is; empty for the study as a whole.</param>
/// <param name="SopInstanceUid">Its UID; empty for the study as a whole.</param>
/// <param name="At">When that was.</param>
public sealed record StudyNewsRow(
    string Destination, StudyNewsKind Kind, string StudyInstanceUid, string SopClassUid, string SopInstanceUid, DateTimeOffset At);
