using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// Why a rule ended: a code of HL7 table 0357, a text or null, the value at fault, and whether the message ends with it (an error) or only
/// its sender is told (a warning).
/// </summary>
internal sealed record RuleFailure(int Code, string? Text, MapValue Culprit, Severity Severity = Severity.Error)
{
    /// <summary>The codes of table 0357 (HL7 v2.5.1 2.15.5.3); 104 does not exist.</summary>
    public static IReadOnlyList<int> Codes { get; } = [100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207];

    public static bool IsCode(decimal? code) => code is { } number && Codes.Any(known => known == number);
}
