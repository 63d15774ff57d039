using System.Collections.Frozen;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;

namespace CloudPacs.Integration.Performed;

/// <summary>
/// What a problem of a performed step is in the statuses of both doors: DIMSE (PS3.4 F.7.2.1.3 and F.7.2.2.3, PS3.7 annex C) and HTTP
/// (PS3.18 tables 15.4.3-1 and 15.5.3-1).
/// </summary>
/// <param name="Dimse">Status of the response.</param>
/// <param name="Http">Status code.</param>
/// <param name="ErrorId">Error ID (0000,0903); null for none.</param>
internal readonly record struct PerformedStatus(ushort Dimse, int Http, ushort? ErrorId = null)
{
    private static readonly FrozenDictionary<string, PerformedStatus> ByCode = new Dictionary<string, PerformedStatus>
    {
        ["PPS-001"] = new(DimseStatus.NoSuchSopInstance, StatusCodes.Status404NotFound),
        ["PPS-002"] = new(DimseStatus.DuplicateSopInstance, StatusCodes.Status409Conflict),
        ["PPS-003"] = new(DimseStatus.ProcessingFailure, StatusCodes.Status409Conflict, ErrorId: 0xA710), // table F.7.2-2
        ["PPS-004"] = new(DimseStatus.InvalidAttributeValue, StatusCodes.Status400BadRequest),
        ["PPS-005"] = new(DimseStatus.MissingAttribute, StatusCodes.Status400BadRequest),
        ["PPS-006"] = new(DimseStatus.MissingAttributeValue, StatusCodes.Status400BadRequest),
        ["PPS-007"] = new(DimseStatus.InvalidAttributeValue, StatusCodes.Status400BadRequest),
        ["PPS-009"] = new(DimseStatus.ResourceLimitation, StatusCodes.Status413PayloadTooLarge),
        ["PPS-014"] = new(DimseStatus.NoSuchSopInstance, StatusCodes.Status404NotFound), // kept nevertheless
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why a report is answered as refused; null when it is taken.</summary>
    public static Problem? Refusal(Outcome outcome) =>
        outcome.Problems.FirstOrDefault(static problem => problem.IsError || ByCode.ContainsKey(problem.Code));

    public static PerformedStatus Of(Problem problem) => ByCode.TryGetValue(problem.Code, out var status)
        ? status
        : new PerformedStatus(DimseStatus.ProcessingFailure, StatusCodes.Status500InternalServerError);
}
