using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>What became of a report, as a DIMSE status (PS3.4 F.7.2.1.3 and F.7.2.2.3).</summary>
internal static class PerformedAnswer
{
    /// <summary>Error ID of a step that may no longer be updated (PS3.4 table F.7.2-2).</summary>
    private const ushort NoLongerUpdated = 0xA710;

    public static InstanceResult Of(Outcome outcome)
    {
        if (outcome.Problems.FirstOrDefault(static problem => problem.IsError) is { } error) return Of(error);
        List<Tag> notTaken = [.. outcome.Problems.OfType<AttributeProblem>().Select(static problem => problem.Tag)];
        return notTaken.Count == 0
            ? InstanceResult.Success
            : new InstanceResult(DimseStatus.AttributeListError)
            {
                ErrorComment = "Some attributes may not be changed", Attributes = notTaken,
            };
    }

    private static InstanceResult Of(Problem problem)
    {
        var status = problem.Code switch
        {
            "PPS-001" => DimseStatus.NoSuchSopInstance,
            "PPS-002" => DimseStatus.DuplicateSopInstance,
            "PPS-004" or "PPS-007" => DimseStatus.InvalidAttributeValue,
            "PPS-005" => DimseStatus.MissingAttribute,
            "PPS-006" => DimseStatus.MissingAttributeValue,
            _ => DimseStatus.ProcessingFailure,
        };
        return new InstanceResult(status)
        {
            ErrorComment = problem.Text,
            ErrorId = problem.Code == "PPS-003" ? NoLongerUpdated : null,
            Attributes = problem is AttributeProblem { Tag: var tag } ? [tag] : [],
        };
    }
}
