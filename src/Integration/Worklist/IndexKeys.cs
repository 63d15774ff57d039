using System.Globalization;

namespace CloudPacs.Integration.Worklist;

/// <summary>Place of an entry in the order of answers: start, then step id (mapping.md a.12). An entry of null is a probe before all others of its start.</summary>
internal readonly record struct StartKey(DateTime Start, WorklistEntry Entry)
{
    public static readonly IComparer<StartKey> Order = Comparer<StartKey>.Create(Compare);

    public static StartKey At(DateTime start) => new(start, null!);

    /// <summary>A probe behind all entries that start at <paramref name="start"/>.</summary>
    public static StartKey After(DateTime start) => new(start == DateTime.MaxValue ? start : start.AddTicks(1), null!);

    public static int Compare(WorklistEntry a, WorklistEntry b)
    {
        var order = a.Start.CompareTo(b.Start);
        if (order == 0) order = string.CompareOrdinal(a.StepId, b.StepId);
        return order == 0 ? a.StepRowId.CompareTo(b.StepRowId) : order;
    }

    private static int Compare(StartKey a, StartKey b)
    {
        var order = a.Start.CompareTo(b.Start);
        if (order != 0) return order;
        if (a.Entry is null || b.Entry is null) return (a.Entry is null ? 0 : 1) - (b.Entry is null ? 0 : 1);
        return Compare(a.Entry, b.Entry);
    }
}

/// <summary>A text that an entry is found by. An entry of null is a probe before all others of its text.</summary>
internal readonly record struct TextKey(string Text, WorklistEntry? Entry)
{
    public static readonly IComparer<TextKey> Order = Comparer<TextKey>.Create(Compare);

    public static string Accession(string number) => "A" + number;

    public static string PatientId(string id) => "P" + id;

    public static string StudyUid(string uid) => "U" + uid;

    public static string PatientRow(Guid id) => "R" + id.ToString("N");

    public static string VisitRow(Guid id) => "V" + id.ToString("N");

    public static string Station(string title, DateTime start) => title + '\0' + start.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    public static TextKey StationFrom(string title, DateTime first) => new(Station(title, first), null);

    public static TextKey StationTo(string title, DateTime last) => new(Station(title, last) + '\uFFFF', null);

    private static int Compare(TextKey a, TextKey b)
    {
        var order = string.CompareOrdinal(a.Text, b.Text);
        if (order != 0) return order;
        if (a.Entry is null || b.Entry is null) return (a.Entry is null ? 0 : 1) - (b.Entry is null ? 0 : 1);
        return a.Entry.StepRowId.CompareTo(b.Entry.StepRowId);
    }
}
