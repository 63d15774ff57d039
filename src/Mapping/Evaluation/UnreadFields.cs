using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// Fields and segments of which no rule of a sender makes anything. What stands in them is told, each kind once, but for numbers of
/// segments and what table <c>aside</c> lists as known and not carried over.
/// </summary>
internal sealed class UnreadFields
{
    private const int MaxPlaces = 20;
    private const int SegmentNameLength = 3;

    /// <summary>By name, for reports and for other messages: the fields that are not told.</summary>
    private readonly FrozenDictionary<string, (ulong OfReport, ulong OfOther)> _quiet;
    private readonly FieldReads _reads;

    /// <param name="reads">What the rules of the sender read.</param>
    /// <param name="aside">Segments (<c>GT1</c>) and fields (<c>PV1-18</c>) that are not told.</param>
    public UnreadFields(FieldReads reads, MapTable? aside)
    {
        _reads = reads;
        var quiet = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var name in Hl7Fields.Segments) quiet[name] = NumbersOf(name);
        foreach (var row in aside?.Rows ?? [])
        {
            var name = row.From.Split('-')[0];
            quiet[name] = quiet.GetValueOrDefault(name) | BitsOf(row.From);
        }

        foreach (var name in reads.Segments) quiet.TryAdd(name, 0);
        _quiet = quiet.ToFrozenDictionary(static row => row.Key,
            row => (row.Value | reads.ReadOf(row.Key, isReport: true), row.Value | reads.ReadOf(row.Key, isReport: false)),
            StringComparer.Ordinal);
    }

    /// <param name="message">As it was read.</param>
    /// <param name="isReport">Whether the rules of reports run for it.</param>
    /// <param name="problems">Takes a warning for each kind of field or segment.</param>
    public void Tell(Message message, bool isReport, List<Problem> problems)
    {
        Dictionary<string, ulong>? told = null;
        var count = 0;
        for (var i = 0; i < message.SegmentCount && count < MaxPlaces; i++)
        {
            var segment = message[i];
            var name = Hl7Fields.NameOf(segment.Id);
            var (ofReport, ofOther) = _quiet.GetValueOrDefault(name);
            var unread = segment.FieldsSent & ~(isReport ? ofReport : ofOther);
            if (unread == 0) continue;
            told ??= new Dictionary<string, ulong>(StringComparer.Ordinal);
            var before = told.GetValueOrDefault(name);
            var now = Tell(segment, name, unread & ~before, _reads.ReadOf(name, isReport) != 0, problems);
            told[name] = before | now;
            count += BitOperations.PopCount(now == ulong.MaxValue ? 1 : now);
        }
    }

    /// <returns>The bits of what was told; all of them when the segment was told as one.</returns>
    private static ulong Tell(Segment segment, string name, ulong unread, bool isKnown, List<Problem> problems)
    {
        var told = 0UL;
        for (; unread != 0; unread &= unread - 1)
        {
            var n = BitOperations.TrailingZeroCount(unread);
            if (!SaysSomething(segment.Field(n), n)) continue;
            if (!isKnown)
            {
                Add(problems, new ErrorLocation(name, segment.Occurrence), "No rule reads this segment: what it says is not carried over.");
                return ulong.MaxValue;
            }

            Add(problems, new ErrorLocation(name, segment.Occurrence, n), "No rule reads this field: what it says is not carried over.");
            told |= FieldIndex.BitOf(n);
        }

        return told;
    }

    private static void Add(List<Problem> problems, ErrorLocation at, string text) =>
        problems.Add(new Problem(207, Severity.Warning, at, text));

    /// <summary>More than delimiters, blanks and <c>""</c>; the first field of many segments is their number.</summary>
    private static bool SaysSomething(in Element field, int n)
    {
        if (field.Message is not { } message) return false;
        foreach (var value in field.Raw)
        {
            var isFiller = value is (byte)'"' or <= (byte)' ' || message.Delimiters.IsSeparator(value);
            if (!isFiller && !(n == 1 && char.IsAsciiDigit((char)value))) return true;
        }

        return false;
    }

    /// <summary>Numbers of segments (SI) count them and say nothing.</summary>
    private static ulong NumbersOf(string segment)
    {
        var bits = 0UL;
        for (var n = 1; Hl7Fields.TypeOf(segment, n) is { } type; n++)
        {
            if (type == "SI") bits |= FieldIndex.BitOf(n);
        }

        return bits;
    }

    /// <summary>The fields that a row names: <c>GT1</c>, <c>PV1-18</c> or <c>PV1-20..35</c>; none when it is written otherwise.</summary>
    public static ulong BitsOf(string row)
    {
        if (row.Length == SegmentNameLength) return ulong.MaxValue;
        if (row.IndexOf('-', StringComparison.Ordinal) != SegmentNameLength) return 0;
        var numbers = row[(SegmentNameLength + 1)..].Split("..");
        if (!int.TryParse(numbers[0], CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(numbers[^1], CultureInfo.InvariantCulture, out var last)) return 0;
        var bits = 0UL;
        for (var n = first; n <= Math.Min(last, FieldIndex.LastBit); n++) bits |= FieldIndex.BitOf(n);
        return bits;
    }
}
