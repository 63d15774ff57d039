using System.Collections.Frozen;
using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Attributes whose values the standard counts up, or that are measured: what a message could not bring is refused here too.
/// </summary>
internal static class AttributeValues
{
    private static readonly FrozenDictionary<Tag, string[]> Counted = new Dictionary<Tag, string[]>
    {
        [Tags.PatientSex] = ["M", "F", "O"], // PS3.3 C.2.3
        [Tags.PregnancyStatus] = ["1", "2", "3", "4"], // PS3.3 C.2.4
        [Tags.RequestedProcedurePriority] = ["STAT", "HIGH", "ROUTINE", "MEDIUM", "LOW"], // PS3.3 C.4.11
    }.ToFrozenDictionary();

    private static readonly FrozenSet<Tag> Measured = new[] { Tags.PatientWeight, Tags.PatientSize }.ToFrozenSet();

    /// <param name="tag">The attribute.</param>
    /// <param name="value">One value, which fits its representation.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? FindProblem(Tag tag, string value)
    {
        if (Counted.TryGetValue(tag, out var known) && !known.Contains(value.Trim(), StringComparer.Ordinal))
            return $"Its value is one of {string.Join(", ", known)}.";
        return Measured.Contains(tag) && !IsMeasure(value) ? "It is less than 0." : null;
    }

    private static bool IsMeasure(string value) =>
        decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0;
}
