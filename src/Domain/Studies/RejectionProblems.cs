namespace CloudPacs.Domain.Studies;

/// <summary>Why instances are not hidden, or not shown again; short, as DICOM has 64 characters for it.</summary>
internal static class RejectionProblems
{
    public static Problem OnHold(Details part) => Error("STU-051", part, "The study or its patient is on hold and may not be deleted");

    public static Problem NotExpired(Details part) => Error("STU-052", part, "The study has to be kept longer");

    public static Problem NoReason(Details part) => Error("STU-054", part, "A reason is needed.");

    public static Problem NothingThere(Details part) => Error(
        "STU-055", part, "The study has no such instances, or there is nothing to be done about them.");

    public static Problem NeedsSecond(Details part) => Error(
        "STU-056", part, "What was rejected for patient safety or as of a wrong worklist entry is shown again when a second person "
            + "confirms it: give confirmedBy.");

    public static Problem Erased(Details part) => Error("STU-057", part, "The bytes of instances are erased: they cannot be shown again.");

    private static Problem Error(string code, Details part, string text) => new(code, Severity.Error, part, Field.Whole, text);
}
