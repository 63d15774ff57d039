namespace CloudPacs.Mapping.Evaluation;

/// <summary>Gives segment names small numbers, so that a run finds each of them once a message.</summary>
internal static class SegmentSlots
{
    // Names beyond these, which only a flood of local segments can make, are looked up each time.
    public const int Count = 48;
    private static readonly Dictionary<string, int> Slots = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static volatile int inUse;

    /// <summary>How many there are: a run needs no room for more, as its rules were compiled before.</summary>
    public static int InUse => inUse;

    /// <summary>The number of a segment name; <see cref="Count"/> when there are too many.</summary>
    public static int Of(string id)
    {
        lock (Gate)
        {
            if (Slots.TryGetValue(id, out var slot)) return slot;
            if (Slots.Count == Count) return Count;
            Slots[id] = slot = Slots.Count;
            inUse = Slots.Count;
            return slot;
        }
    }
}
