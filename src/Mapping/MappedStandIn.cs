using CloudPacs.Dicom;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping;

/// <summary>
/// A value that stands in for a better one that was not sent: it takes the place of another stand-in, not of a better value.
/// </summary>
/// <param name="Attribute">The worklist attribute that it was written to.</param>
/// <param name="Told">What the sender is told when it is not taken; null for nothing.</param>
public sealed record MappedStandIn(Tag Attribute, Problem? Told)
{
    /// <summary>It is no stand-in, but takes away what is stored unless that is one.</summary>
    public bool LeavesStandIn { get; init; }

    /// <summary>Where it stands in the message.</summary>
    internal int Start { get; init; }
}
