using CloudPacs.Dicom;

namespace CloudPacs.Domain.Performed;

/// <summary>A problem of one attribute of a performed step.</summary>
/// <param name="Code">PPS and a number.</param>
/// <param name="Severity">Whether the report was refused.</param>
/// <param name="Report">The report; null where it was read.</param>
/// <param name="Tag">The attribute.</param>
/// <param name="Text">What is wrong, in at most 64 characters.</param>
public sealed record AttributeProblem(string Code, Severity Severity, PerformedReport? Report, Tag Tag, string Text)
    : Problem(Code, Severity, Report, Field.Performed, Text, null)
{
    /// <summary>A value that cannot be read or that the attribute does not have.</summary>
    public static AttributeProblem Invalid(Tag tag) =>
        new("PPS-007", Severity.Error, null, tag, $"{DicomDictionary.NameOf(tag)} has a value that is not allowed");

    /// <summary>An attribute in another representation than PS3.6 gives it: what it says cannot be relied on.</summary>
    public static AttributeProblem WrongVr(Tag tag, VR sent, VR right) =>
        new("PPS-007", Severity.Error, null, tag, $"{DicomDictionary.NameOf(tag)} has VR {sent} and not {right}");

    /// <summary>Code of what is told of representations and is no reason to refuse.</summary>
    public const string Representation = "PPS-015";

    internal static AttributeProblem Mended(Tag tag, VR sent) =>
        new(Representation, Severity.Warning, null, tag, $"{DicomDictionary.NameOf(tag)} has VR {sent}: taken as it is meant");

    internal static AttributeProblem LeftOut(Tag tag, VR sent) =>
        new(Representation, Severity.Warning, null, tag, $"{DicomDictionary.NameOf(tag)} has VR {sent}: left out");

    /// <summary>The data set names another instance or class than the request does.</summary>
    public static AttributeProblem OtherThanAsked(Tag tag) =>
        new("PPS-007", Severity.Error, null, tag, $"{DicomDictionary.NameOf(tag)} is another than that of the request");

    internal static AttributeProblem Missing(PerformedReport report, Tag tag) =>
        new("PPS-005", Severity.Error, report, tag, $"{DicomDictionary.NameOf(tag)} is missing");

    internal static AttributeProblem Empty(PerformedReport report, Tag tag) =>
        new("PPS-006", Severity.Error, report, tag, $"{DicomDictionary.NameOf(tag)} has no value");

    internal static AttributeProblem NotTaken(PerformedReport report, Tag tag) =>
        new("PPS-008", Severity.Warning, report, tag, $"{DicomDictionary.NameOf(tag)} may not be changed and was left out");
}
