using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <summary>
/// Where the fields of one segment begin, found in one pass: for readers that ask the same segment for many fields. Ends with the next load
/// of its message.
/// </summary>
public sealed class FieldIndex
{
    private readonly Message? _message;
    private readonly int[] _starts = [];
    private readonly int _count;

    public FieldIndex(Segment segment)
    {
        Segment = segment;
        // Of a segment that is not looked through here, every field may have been sent.
        Sent = segment.Exists ? ulong.MaxValue : 0;
        // The first field of a header is its separator: those few are found without an index.
        if (segment.Message is not { } message || segment.Is(SegmentId.Msh) || segment.Is(SegmentId.Fhs) || segment.Is(SegmentId.Bhs))
            return;
        var raw = segment.Raw;
        _count = raw.Count(message.Delimiters.Field);
        if (_count == 0) return;
        _message = message;
        Sent = 1;
        _starts = new int[_count + 1];
        Scan.CopyPositions(raw, message.Delimiters.Field, _starts);
        // Every field begins behind its separator, and ends before the next one: so there is one more start.
        var origin = message.StartOf(segment.Index) + 1;
        _starts[_count] = raw.Length;
        for (var i = 0; i <= _count; i++)
        {
            _starts[i] += origin;
            if (i > 0 && _starts[i] - _starts[i - 1] > 1) Sent |= BitOf(i);
        }
    }

    /// <summary>The segment whose fields these are.</summary>
    public Segment Segment { get; }

    /// <summary>The fields of a segment that does not exist.</summary>
    public static FieldIndex None { get; } = new(default);

    /// <summary>
    /// The bits (<see cref="BitOf"/>) of the fields that have any content, and bit 0 when the segment exists: one look tells a reader of
    /// several fields that none of them was sent.
    /// </summary>
    public ulong Sent { get; }

    /// <summary>The last bit, which all fields from that number on share.</summary>
    public const int LastBit = 63;

    /// <summary>The bit of a field.</summary>
    public static ulong BitOf(int n) => 1UL << Math.Min(n, LastBit);

    /// <summary>The same as <see cref="Segment.Field"/>.</summary>
    public Element Field(int n)
    {
        if (_message is null) return Segment.Field(n);
        return (uint)(n - 1) < (uint)_count
            ? new Element(_message, _starts[n - 1], _starts[n] - _starts[n - 1] - 1, Element.Level.Field)
            : default;
    }
}
