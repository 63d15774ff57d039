using System.Diagnostics.CodeAnalysis;
using System.Text;
using CloudPacs.Hl7v2.CharacterSets;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

public sealed partial class Message
{
    private readonly List<Problem> _warnings = [];
    private readonly List<(int Index, bool IsUnknown)> _oddSegments = [];
    private CharacterSets.CharacterSet _textSet = CharacterSetTable.Ascii;
    private byte[] _buffer = [];
    private (int Start, int End)[] _raws = [];

    /// <summary>Reads a message into this instance; false with a problem for what is not HL7, and then the instance is empty.</summary>
    public bool TryLoad(ReadOnlyMemory<byte> bytes, ParseOptions options, [NotNullWhen(false)] out Problem? problem)
    {
        problem = Load(bytes, options);
        if (problem is null) return true;
        SegmentCount = 0;
        Text = Bytes = default;
        return false;
    }

    /// <summary>
    /// The character set the message was read in, as MSH-18 would name it (HL7 table 0211); <c>ISO 2022</c> when it switches between
    /// several.
    /// </summary>
    public string CharacterSet => DeclaredSet.Label;

    /// <summary>True when the whole message was in UTF-16 or UTF-32, whatever MSH-18 says.</summary>
    public bool IsWide => WideEncoding is not null;

    /// <summary>What the message is encoded in: for the answer, and for bytes written as hex.</summary>
    internal CharacterSets.CharacterSet DeclaredSet { get; private set; } = CharacterSetTable.Ascii;

    /// <summary>UTF-16 or UTF-32 when the whole message was in it; null otherwise.</summary>
    internal Encoding? WideEncoding { get; private set; }

    internal bool IsTranscoded => DeclaredSet is TranscodedSet;

    /// <summary>Where a segment starts in <see cref="Bytes"/>, or in <see cref="Text"/> for wide encodings.</summary>
    internal int ReceivedStartOf(int index) => IsTranscoded ? _raws[index].Start : _starts[index];

    /// <summary>The segment as it was before re-encoding.</summary>
    internal ReadOnlySpan<byte> ReceivedBytesOf(int index) =>
        IsTranscoded ? Bytes.Span[_raws[index].Start.._raws[index].End] : RawOf(index);

    /// <summary>An element as it was before re-encoding.</summary>
    internal ReadOnlySpan<byte> ReceivedBytesOf(in Element element)
    {
        if (DeclaredSet is not TranscodedSet set || element.Length == 0) return element.Raw;
        var index = _starts.AsSpan(0, SegmentCount).BinarySearch(element.Start);
        if (index < 0) index = ~index - 1;
        var line = ReceivedBytesOf(index);
        var start = set.RawOffset(line, Delimiters, element.Start - _starts[index], isAfterShifts: false);
        var end = set.RawOffset(line, Delimiters, element.Start + element.Length - _starts[index], isAfterShifts: true);
        return line[start..end];
    }

    internal void DecodeText(ReadOnlySpan<byte> bytes, ref CharBuffer buffer)
    {
        if (!bytes.IsEmpty) buffer.Advance(_textSet.Decode(bytes, buffer.Reserve(bytes.Length)));
    }

    internal void DecodeBytes(ReadOnlySpan<byte> bytes, ref CharBuffer buffer)
    {
        if (!bytes.IsEmpty) buffer.Advance(DeclaredSet.Decode(bytes, buffer.Reserve(bytes.Length)));
    }

    private Problem? Load(ReadOnlyMemory<byte> bytes, ParseOptions options)
    {
        SegmentCount = 0;
        HasReturns = false;
        _warnings.Clear();
        _oddSegments.Clear();
        Text = Bytes = bytes;
        WideEncoding = WideText.Detect(bytes.Span);
        if (WideEncoding is not null) Text = WideText.ToUtf8(bytes.Span, WideEncoding, ref _buffer);

        var text = Text.Span;
        var hasMark = text.StartsWith("\uFEFF"u8);
        var start = hasMark ? 3 : 0;
        while (start < text.Length && text[start] <= ' ') start++;
        var header = text[start..];
        if (header.Length < 3 || SegmentId.Pack(header[..3]) != SegmentId.Msh)
            return new(199, Severity.Error, null, "The data does not start with an MSH segment, so it is not an HL7 v2 message.");

        var end = header.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) header = header[..end];
        if (Delimiters.Read(header, out var delimiters, out var assumption) is { } problem) return problem;
        if (assumption is not null) _warnings.Add(assumption);
        Delimiters = delimiters;

        var lines = new SegmentLines(text, start);
        DeclaredSet = WideEncoding is not null ? CharacterSetTable.Utf8 : ChooseSet(text[start..], FirstOf(text, lines), hasMark, options);
        _textSet = DeclaredSet is TranscodedSet ? CharacterSetTable.Utf8 : DeclaredSet;
        var tooMany = DeclaredSet is TranscodedSet transcoded
            ? IndexTranscoded(text, lines, transcoded, options.MaxSegments)
            : IndexSegments(text, lines, options.MaxSegments);
        if (tooMany is not null) return tooMany;
        foreach (var (index, isUnknown) in _oddSegments) TellLineEnds(index, isUnknown, lines);
        TellCharacters();
        return null;
    }

    private CharacterSets.CharacterSet ChooseSet(ReadOnlySpan<byte> text, ReadOnlySpan<byte> header, bool hasMark, ParseOptions options) =>
        CharacterSetChoice.Choose(
            text, new(HeaderField(header, 18), HeaderField(header, 20), hasMark), Delimiters, options.DefaultSet, _warnings);

    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> text, SegmentLines lines) =>
        lines.MoveNext() ? text[lines.Start..lines.End] : default;

    private ReadOnlySpan<byte> HeaderField(ReadOnlySpan<byte> header, int field) =>
        Scan.TryPart(header, Delimiters.Field, field, out var start, out var length) ? header.Slice(start, length) : default;

    private Problem? IndexSegments(ReadOnlySpan<byte> text, SegmentLines lines, int maxSegments)
    {
        while (lines.MoveNext())
        {
            if (lines.Count > maxSegments) return TooManySegments(maxSegments);
            Add(text, lines.Start, lines.End, lines);
        }

        return null;
    }

    /// <summary>
    /// Decodes segment by segment: a shift never reaches into the next one, and the place of each segment in the received bytes stays
    /// known.
    /// </summary>
    private Problem? IndexTranscoded(ReadOnlySpan<byte> raw, SegmentLines lines, TranscodedSet set, int maxSegments)
    {
        var length = 0;
        while (lines.MoveNext())
        {
            if (lines.Count > maxSegments) return TooManySegments(maxSegments);
            var line = raw[lines.Start..lines.End];
            var needed = length + line.Length * TranscodedSet.MaxGrowth + 1;
            if (_buffer.Length < needed) Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
            var written = set.ToUtf8(line, Delimiters, _buffer.AsSpan(length));
            if (written == 0) continue;
            Add(_buffer, length, length + written, lines);
            if (_raws.Length < _ids.Length) Array.Resize(ref _raws, _ids.Length);
            _raws[SegmentCount - 1] = (lines.Start, lines.End);
            length += written;
            _buffer[length++] = (byte)'\r';
        }

        Text = _buffer.AsMemory(0, length);
        return null;
    }

    private static Problem TooManySegments(int limit) =>
        new(199, Severity.Error, null, $"The message has more than {limit} segments, the limit of this link.");

    private void Add(ReadOnlySpan<byte> text, int start, int end, in SegmentLines lines)
    {
        if (SegmentCount == _ids.Length)
        {
            Array.Resize(ref _ids, SegmentCount * 2);
            Array.Resize(ref _starts, SegmentCount * 2);
            Array.Resize(ref _ends, SegmentCount * 2);
        }

        if (lines.IsUnknown || lines.IsJoined || lines.HidesSegments) _oddSegments.Add((SegmentCount, lines.IsUnknown));
        _ids[SegmentCount] = lines.IsUnknown ? SegmentId.None : PackId(text[start..end]);
        _starts[SegmentCount] = start;
        _ends[SegmentCount++] = end;
    }

    /// <summary>The first three characters, in upper case or not, are the id; blanks may stand before the separator.</summary>
    private int PackId(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[..3].Contains(Delimiters.Field)) return SegmentId.None;
        var id = SegmentId.Pack(line[..3]);
        // In a header the fourth character is the separator; otherwise it is not a header.
        return SegmentId.IsHeader(id) && line.Length > 3 && char.IsAsciiLetterOrDigit((char)line[3]) ? SegmentId.None : id;
    }
}
