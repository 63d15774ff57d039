namespace CloudPacs.Mapping.Evaluation;

/// <summary>What a warning of the maps (<c>code details</c>) is to the sender of the message.</summary>
internal static class WarningWords
{
    /// <summary>HL7 table 0357: a missing value, one of the wrong type or length, one that a table lacks, or nothing but a hint.</summary>
    public static int CodeOf(string warning) => KindOf(warning) switch
    {
        "truncated" or "truncated_id" or "surrogate" or "bad-time" or "bad-number" or "imprecise-time" or "unlikely-date"
            or "too-many-items" or "no-time-of-day" or "backslash" or "kept-as-text" => 102,
        "invalid-code" or "zone-unknown" or "not-deleted" or "not-in-table" => 103,
        "otherwise" => 207,
        "incomplete" => 101,
        _ => 0,
    };

    /// <summary>A sentence; a warning of a site's own rules is in the site's words.</summary>
    public static string SentenceOf(string warning) => KindOf(warning) switch
    {
        "truncated" => $"The value is longer than its attribute holds and was cut ({warning}).",
        "truncated_id" => "The id was cut by its sender and counts as not sent.",
        "surrogate" => $"The id is longer than its attribute holds: a stand-in was taken ({warning}).",
        "bad-time" => "The time cannot be read: it is not carried over.",
        "bad-number" => "The number cannot be read: it is not carried over.",
        "no-time-of-day" => "The start is a day without a time: it was taken as the beginning of that day.",
        "backslash" => "A backslash, which stands between values in DICOM, was replaced: send another character.",
        "not-deleted" => $"This cannot be deleted, only changed: what is stored was left as it is ({warning}).",
        "imprecise-time" => $"The time is not precise enough for FHIR: it is not carried over ({warning}).",
        "unlikely-date" => "The date lies far away: check it.",
        "clock-change" => "The clock is changed at this time: its offset is uncertain.",
        "too-many-items" => "There are more of these than the rules may read: the rest is not carried over.",
        "kept-as-text" => $"The value is not of the type that OBX-2 names: it was kept as a text ({warning}).",
        "not-in-table" => $"The code is not known: add it to its table ({warning}).",
        "incomplete" => $"FHIR asks for an element that was not sent: what belongs to it is not carried over ({warning}).",
        "otherwise" => "Another field says otherwise: this one is not carried over.",
        "invalid-code" => $"FHIR has no such code here: it is not carried over ({warning}).",
        _ => warning,
    };

    private static string KindOf(string warning) => warning.Split(' ')[0];
}
