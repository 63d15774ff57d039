using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>What became of a report, as a DIMSE status (PS3.4 F.7.2.1.3 and F.7.2.2.3).</summary>
internal static class PerformedAnswer
{
    public static InstanceResult Of(Outcome outcome)
    {
        if (PerformedStatus.Refusal(outcome) is { } refusal) return Of(refusal);
        List<Tag> notTaken = [.. outcome.Problems.OfType<AttributeProblem>().Select(static problem => problem.Tag)];
        return notTaken.Count == 0
            ? InstanceResult.Success
            : new InstanceResult(DimseStatus.AttributeListError)
            {
                ErrorComment = outcome.Problems.Any(static problem => problem.Code == AttributeProblem.Representation)
                    ? "Some attributes have a wrong VR"
                    : "Some attributes may not be changed",
                Attributes = notTaken,
            };
    }

    private static InstanceResult Of(Problem problem)
    {
        var (status, _, errorId) = PerformedStatus.Of(problem);
        return new InstanceResult(status)
        {
            ErrorComment = problem.Text,
            ErrorId = errorId,
            Attributes = problem is AttributeProblem { Tag: var tag } ? [tag] : [],
        };
    }
}
