namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// Numbers for the places where a path finds its one segment, so that a run looks for each of them once: the segments that a group goes by,
/// and then for each segment name (<see cref="SegmentSlots"/>) the first in the message, in the open patient and in the open group.
/// </summary>
internal static class SegmentPlaces
{
    private const int OrderSegments = (int)OrderSegment.Tq1 + 1;
    private const int Kinds = 3;

    /// <summary>How many a run needs.</summary>
    public static int Count => OrderSegments + (Kinds * SegmentSlots.InUse);

    public static int OfOrder(OrderSegment segment) => (int)segment;

    public static int OfMessage(int slot) => OrderSegments + (Kinds * slot);

    public static int OfPatient(int slot) => OfMessage(slot) + 1;

    public static int OfGroup(int slot) => OfMessage(slot) + 2;

    /// <summary>Forgets what was found in the open patient.</summary>
    public static void ClearPatient<T>(T?[] places)
        where T : class
    {
        for (var place = OfPatient(0); place < places.Length; place += Kinds) places[place] = null;
    }

    /// <summary>Forgets what was found in the open group.</summary>
    public static void ClearGroup<T>(T?[] places)
        where T : class
    {
        Array.Clear(places, 0, OrderSegments);
        for (var place = OfGroup(0); place < places.Length; place += Kinds) places[place] = null;
    }
}
