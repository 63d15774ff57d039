namespace CloudPacs.Store.Studies;

/// <summary>What somebody is to get of a stored instance; the numbers are those of the column.</summary>
public enum StudyNewsKind : short
{
    /// <summary>The instance itself.</summary>
    Forward = 0,

    /// <summary>That it is available.</summary>
    Availability = 1,
}

/// <summary>A stored instance that somebody is to be sent, or told of.</summary>
/// <param name="Destination">AE title.</param>
/// <param name="Kind">What of it.</param>
/// <param name="StudyInstanceUid">Its study.</param>
/// <param name="SopClassUid">What it is.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="At">When it was stored.</param>
public sealed record StudyNewsRow(
    string Destination, StudyNewsKind Kind, string StudyInstanceUid, string SopClassUid, string SopInstanceUid, DateTimeOffset At);
