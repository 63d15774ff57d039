using System.Diagnostics.CodeAnalysis;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <summary>A view over the bytes of one HL7 v2 message (2.1 to 2.9): nothing is copied or decoded before it is asked for.</summary>
/// <remarks>An instance can be loaded again and again; once warm that allocates nothing. A loaded message may be read by many threads. It
/// refers to
/// the bytes given to it, and everything taken from it (segments, elements) ends with the next load.</remarks>
public sealed partial class Message
{
    private int[] _ids = new int[16];
    private int[] _starts = new int[16];
    private int[] _ends = new int[16];

    /// <summary>Exactly as received.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>
    /// What positions refer to: <see cref="Bytes"/>, or their UTF-8 form when the message's character set can have separators inside of
    /// characters.
    /// </summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    public Delimiters Delimiters { get; private set; }

    public int SegmentCount { get; private set; }

    /// <summary>The segment at a position from 0, in message order.</summary>
    public Segment this[int index] => (uint)index < (uint)SegmentCount ? new(this, index) : default;

    /// <summary>What was tolerated while reading, such as an undeclared character set; empty in a clean message.</summary>
    public IReadOnlyList<Problem> Warnings => _warnings;

    /// <summary>Reads a message into a new instance; false with a problem for what is not HL7.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, ParseOptions options, [NotNullWhen(true)] out Message? message,
        [NotNullWhen(false)] out Problem? problem)
    {
        message = new Message();
        if (message.TryLoad(bytes, options, out problem)) return true;
        message = null;
        return false;
    }

    /// <summary>The segment of an id and number from 1; one that does not exist when it is missing.</summary>
    public Segment Segment(string id, int occurrence = 1) => Find(SegmentId.Pack(id), occurrence);

    public int Count(string id) => Segments(id).Count;

    /// <summary>All segments of an id, in message order.</summary>
    public SegmentList Segments(string id) => new(this, SegmentId.Pack(id), 0, SegmentCount);

    /// <summary>The element at an address; Absent when there is none.</summary>
    public Element Get(in FieldPath path)
    {
        var element = Find(SegmentId.Pack(path.Segment), path.Occurrence).Field(path.Field);
        if (path.Repetition > 0) element = element.Repetition(path.Repetition);
        if (path.Component > 0) element = element.Component(path.Component);
        if (path.SubComponent > 0) element = element.SubComponent(path.SubComponent);
        return element;
    }

    /// <summary>
    /// The same message, which keeps the texts that it has made: for one thread that asks for the same parts again and again. It ends with
    /// the next load of this one.
    /// </summary>
    public Message Keeping()
    {
        var keeping = (Message)MemberwiseClone();
        keeping.Kept = new KeptTexts(Text.Length);
        return keeping;
    }

    /// <summary>The same message with other bytes in place of some of its text; none of them may be a separator of segments or
    /// fields.</summary>
    /// <param name="replacements">Stretches of <see cref="Text"/> in ascending order, and what stands in their place.</param>
    public Message With(IReadOnlyList<(int Start, int Length, byte[] Text)> replacements)
    {
        ArgumentNullException.ThrowIfNull(replacements);
        var text = new byte[Text.Length + replacements.Sum(static part => part.Text.Length - part.Length)];
        int from = 0, to = 0;
        foreach (var (start, length, bytes) in replacements)
        {
            Text.Span[from..start].CopyTo(text.AsSpan(to));
            to += start - from;
            bytes.CopyTo(text.AsSpan(to));
            (from, to) = (start + length, to + bytes.Length);
        }

        Text.Span[from..].CopyTo(text.AsSpan(to));
        var changed = (Message)MemberwiseClone();
        changed.Text = text;
        changed.Kept = null;
        (changed._starts, changed._ends) = (new int[SegmentCount], new int[SegmentCount]);
        int moved = 0, passed = 0;
        for (var i = 0; i < SegmentCount; i++)
        {
            changed._starts[i] = _starts[i] + moved;
            for (; passed < replacements.Count && replacements[passed].Start < _ends[i]; passed++)
                moved += replacements[passed].Text.Length - replacements[passed].Length;
            changed._ends[i] = _ends[i] + moved;
        }

        return changed;
    }

    internal KeptTexts? Kept { get; private set; }

    internal ReadOnlySpan<int> PackedIds => _ids.AsSpan(0, SegmentCount);

    internal int PackedIdOf(int index) => _ids[index];

    /// <summary>Where a segment starts in <see cref="Text"/>.</summary>
    internal int StartOf(int index) => _starts[index];

    internal int OccurrenceOf(int index) =>
        _ids[index] == SegmentId.None ? 1 : PackedIds[..index].Count(_ids[index]) + 1;

    internal ReadOnlySpan<byte> RawOf(int index) => Text.Span[_starts[index].._ends[index]];

    internal ReadOnlySpan<byte> IdOf(int index)
    {
        var raw = RawOf(index);
        if (SegmentId.IsHeader(_ids[index])) return raw[..3];
        var end = raw.IndexOf(Delimiters.Field);
        return (end < 0 ? raw : raw[..end]).TrimEnd(" \t"u8);
    }

    internal int FieldCountOf(int index) =>
        RawOf(index).Count(Delimiters.Field) + (SegmentId.IsHeader(_ids[index]) ? 1 : 0);

    internal ulong FieldsWith(int index, byte value)
    {
        var fields = Scan.PartsWith(RawOf(index), Delimiters.Field, value);
        // The name of the segment is no field; in a header the separator itself is field 1.
        return SegmentId.IsHeader(_ids[index]) ? (fields << 1) | (fields & FieldIndex.BitOf(FieldIndex.LastBit)) : fields & ~1UL;
    }

    internal ulong FieldsSentOf(int index)
    {
        var fields = Scan.PartsSent(RawOf(index), Delimiters.Field);
        return SegmentId.IsHeader(_ids[index]) ? (fields << 1) | (fields & FieldIndex.BitOf(FieldIndex.LastBit)) : fields & ~1UL;
    }

    internal Element FieldOf(int index, int n)
    {
        if (n < 1) return default;
        var raw = RawOf(index);
        var level = Element.Level.Field;
        var part = n + 1;
        if (SegmentId.IsHeader(_ids[index]))
        {
            // The separator itself is field 1, so that every later field sits one part to the left (A2).
            if (n == 1) return raw.Length > 3 ? new(this, _starts[index] + 3, 1, Element.Level.Literal) : default;
            if (n == 2) level = Element.Level.Literal;
            part = n;
        }

        return Scan.TryPart(raw, Delimiters.Field, part, out var start, out var length)
            ? new(this, _starts[index] + start, length, level)
            : default;
    }

    internal Segment Find(int packedId, int occurrence)
    {
        if (packedId == SegmentId.None || occurrence < 1) return default;
        var ids = PackedIds;
        for (var position = 0; ;)
        {
            var next = ids[position..].IndexOf(packedId);
            if (next < 0) return default;
            position += next;
            if (--occurrence == 0) return new(this, position);
            position++;
        }
    }
}
