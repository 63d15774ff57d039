namespace CloudPacs.Worklist;

/// <summary>
/// Place of an entry in the order of answers: start, then step id. An entry of null is a probe before all others of its start.
/// </summary>
internal readonly record struct StartKey(DateTime Start, WorklistEntry? Entry)
{
    public static readonly IComparer<StartKey> Order = Comparer<StartKey>.Create(Compare);

    /// <summary>The order of answers.</summary>
    public static readonly IComparer<WorklistEntry> OfAnswers = Comparer<WorklistEntry>.Create(static (a, b) => Compare(Of(a), Of(b)));

    public static StartKey Of(WorklistEntry entry) => new(entry.Start, entry);

    public static StartKey At(DateTime? start) => new(start ?? DateTime.MinValue, null);

    /// <summary>A probe behind all entries that start at <paramref name="start"/>.</summary>
    public static StartKey After(DateTime? start) =>
        new(start is { } last && last < DateTime.MaxValue ? last.AddTicks(1) : DateTime.MaxValue, null);

    public static int Compare(StartKey a, StartKey b)
    {
        var order = a.Start.CompareTo(b.Start);
        if (order != 0) return order;
        if (a.Entry is null || b.Entry is null) return (a.Entry is null ? 0 : 1) - (b.Entry is null ? 0 : 1);
        order = string.CompareOrdinal(a.Entry.StepId, b.Entry.StepId);
        return order == 0 ? a.Entry.StepRowId.CompareTo(b.Entry.StepRowId) : order;
    }
}

/// <summary>A station's entries in the order of answers; the title is empty for entries without a station.</summary>
internal readonly record struct StationStart(string Title, StartKey Start)
{
    public static readonly IComparer<StationStart> Order = Comparer<StationStart>.Create(Compare);

    private static int Compare(StationStart a, StationStart b)
    {
        var order = string.CompareOrdinal(a.Title, b.Title);
        return order == 0 ? StartKey.Compare(a.Start, b.Start) : order;
    }
}

/// <summary>A folded name group. An entry of null is a probe before all others of its group.</summary>
internal readonly record struct GroupKey(string Group, WorklistEntry? Entry)
{
    public static readonly IComparer<GroupKey> Order = Comparer<GroupKey>.Create(Compare);

    private static int Compare(GroupKey a, GroupKey b)
    {
        var order = string.CompareOrdinal(a.Group, b.Group);
        if (order != 0) return order;
        if (a.Entry is null || b.Entry is null) return (a.Entry is null ? 0 : 1) - (b.Entry is null ? 0 : 1);
        return a.Entry.StepRowId.CompareTo(b.Entry.StepRowId);
    }
}

/// <summary>
/// The hash of a number that an entry is found by. Comparing it touches no text, which in a long list would be a cache miss a level; two
/// numbers may share a hash, so what is found is compared again. An entry of null is a probe before all others of its hash.
/// </summary>
internal readonly record struct NumberKey(long Hash, WorklistEntry? Entry)
{
    public static readonly IComparer<NumberKey> Order = Comparer<NumberKey>.Create(Compare);

    public static long Accession(string number) => Of('A', number.GetHashCode(StringComparison.Ordinal));

    public static long PatientId(string id) => Of('P', id.GetHashCode(StringComparison.Ordinal));

    public static long StudyUid(string uid) => Of('U', uid.GetHashCode(StringComparison.Ordinal));

    public static long PatientRow(Guid id) => Of('R', id.GetHashCode());

    public static long VisitRow(Guid id) => Of('V', id.GetHashCode());

    private static long Of(char kind, int hash) => ((long)kind << 32) | (uint)hash;

    private static int Compare(NumberKey a, NumberKey b)
    {
        var order = a.Hash.CompareTo(b.Hash);
        if (order != 0) return order;
        if (a.Entry is null || b.Entry is null) return (a.Entry is null ? 0 : 1) - (b.Entry is null ? 0 : 1);
        return a.Entry.StepRowId.CompareTo(b.Entry.StepRowId);
    }
}
