namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// Numbers for the places where a path finds its one segment, so that a run looks for each of them once: segment names
/// (<see cref="SegmentSlots"/>) in the message, in the open patient and in the open group, and the segments that a group goes by.
/// </summary>
internal static class SegmentPlaces
{
    public const int OfMessage = 0;
    public const int OfPatient = SegmentSlots.Count;
    public const int OfGroup = 2 * SegmentSlots.Count;
    public const int OfOrder = 3 * SegmentSlots.Count;
    public const int Count = OfOrder + (int)OrderSegment.Tq1 + 1;
}
