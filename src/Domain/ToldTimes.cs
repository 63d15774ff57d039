using System.Globalization;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain;

/// <summary>
/// When each system last spoke of a patient or a visit, so that what it said before, and what came late, changes nothing that it said
/// later. Kept in an element of the stored attributes that nobody is shown. Times are compared like with like: when the event was recorded
/// (HL7 v2.5.1 3.4.1.2) with the same, else when the message was sent; equal is not late. Clocks of two systems are never compared.
/// </summary>
internal static class ToldTimes
{
    /// <summary>A tag that no data set has (PS3.5 7.8.1).</summary>
    public static readonly Tag Mark = new(0x0009, 0x0003);

    /// <summary>Systems that are remembered for a row; the one that was silent longest gives way.</summary>
    private const int MaxSystems = 16;

    public static bool IsLate(StoredAttributes stored, ChangeContext context)
    {
        if (!context.Policy.ChecksAge || (context.RecordedAt ?? context.SentAt) is null) return false;
        return Attributes.Read(stored).TryGet(Mark, out var told)
            && Read(told).FirstOrDefault(entry => entry.System == context.System) is { } last && Of(context).IsBefore(last);
    }

    /// <summary>The attributes with the time of this change; null when it is there already, or not known.</summary>
    public static StoredAttributes? Record(StoredAttributes stored, ChangeContext context)
    {
        if (!context.Policy.ChecksAge || (context.RecordedAt ?? context.SentAt) is null) return null;
        var now = Of(context);
        var entries = Attributes.Read(stored).TryGet(Mark, out var told) ? Read(told) : [];
        if (entries.Contains(now)) return null;
        entries.RemoveAll(entry => entry.System == now.System);
        if (entries.Count == MaxSystems) entries.RemoveAt(0);
        entries.Add(now);
        var attributes = Attributes.Copy(stored);
        attributes.SetBytes(Mark, VR.OB, Encoding.UTF8.GetBytes(string.Join('\n', entries)));
        return Attributes.Renew(stored, attributes);
    }

    private static Told Of(ChangeContext context) =>
        new(context.System, context.Past(context.RecordedAt)?.UtcTicks, context.Past(context.SentAt)?.UtcTicks);

    private static List<Told> Read(DataElement element) =>
        [.. Encoding.UTF8.GetString(element.Bytes.Span).TrimEnd('\0').Split('\n').Select(Told.Parse).OfType<Told>()];

    /// <param name="System">Who spoke.</param>
    /// <param name="Recorded">When it was recorded there, in ticks; null when that is not known.</param>
    /// <param name="Sent">When it was sent.</param>
    private sealed record Told(string System, long? Recorded, long? Sent)
    {
        public bool IsBefore(Told other) => Recorded is { } recorded && other.Recorded is { } otherRecorded
            ? recorded < otherRecorded
            : Sent < other.Sent;

        public static Told? Parse(string line) => line.Split('\t') is [var recorded, var sent, var system]
            ? new Told(system, Ticks(recorded), Ticks(sent))
            : null;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Recorded}\t{Sent}\t{System}");

        private static long? Ticks(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;
    }
}
