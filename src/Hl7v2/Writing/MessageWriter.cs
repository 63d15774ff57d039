using System.Buffers;
using System.Text;
using CloudPacs.Hl7v2.CharacterSets;
using CloudPacs.Hl7v2.Writing;

namespace CloudPacs.Hl7v2;

/// <summary>Writes new messages, and changed copies of received ones in which every byte that was not changed stays as it was.</summary>
/// <remarks>Text is escaped with the separators of the message and encoded in its character set; what the set lacks becomes a question
/// mark. Segments end with CR.</remarks>
public sealed class MessageWriter
{
    private readonly List<WriterLine> _lines = [];
    private readonly CharacterSet _set;
    private Encoding? _wide;
    private byte[] _prefix = [];

    /// <summary>Starts a message with an MSH that holds MSH-1, MSH-2 and, when the set is not ASCII, MSH-18 (and MSH-20).</summary>
    /// <param name="delimiters">The separators to use.</param>
    /// <param name="characterSet">A value of HL7 table 0211.</param>
    /// <exception cref="ArgumentException">The set is unknown.</exception>
    public MessageWriter(Delimiters delimiters, string characterSet)
        : this(delimiters, CharacterSetTable.Find(characterSet)
            ?? throw new ArgumentException($"'{characterSet}' is not a character set of HL7 table 0211.", nameof(characterSet)))
    {
        AddHeader("MSH");
        if (_set == CharacterSetTable.Ascii) return;
        if (_set is Iso2022Set)
        {
            Set(0, 18, _set.Label == "ISO IR159" ? "ISO IR159" : "ISO IR87", repetition: 2);
            if (_set.Label == "JIS X 0202") Set(0, 18, "ISO IR159", repetition: 3);
            Set(0, 20, "ISO 2022-1994");
            return;
        }

        Set(0, 18, _set.Label);
    }

    internal MessageWriter(Delimiters delimiters, CharacterSet set, Encoding? wide = null)
    {
        Delimiters = delimiters;
        _set = set;
        _wide = wide;
    }

    public Delimiters Delimiters { get; }

    public int SegmentCount => _lines.Count;

    /// <summary>A copy to change: without changes it gives the received bytes.</summary>
    public static MessageWriter CopyOf(Message message)
    {
        var writer = new MessageWriter(message.Delimiters, message.DeclaredSet, message.WideEncoding);
        var bytes = message.WideEncoding is null ? message.Bytes.Span : message.Text.Span;
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var raw = message.ReceivedBytesOf(i);
            var start = message.ReceivedStartOf(i);
            var end = start + raw.Length;
            var next = i + 1 < message.SegmentCount ? message.ReceivedStartOf(i + 1) : bytes.Length;
            if (i == 0) writer._prefix = bytes[..start].ToArray();
            writer._lines.Add(new WriterLine
            {
                Text = message.RawOf(i).ToArray(),
                Raw = message.IsTranscoded ? raw.ToArray() : null,
                After = bytes[end..next].ToArray(),
            });
        }

        return writer;
    }

    /// <summary>Appends an empty segment and returns its index.</summary>
    public int Add(string id) => Insert(_lines.Count, id);

    /// <summary>Inserts an empty segment before another one and returns its index.</summary>
    public int Insert(int index, string id)
    {
        if (SegmentId.Pack(id) == SegmentId.None) throw new ArgumentException("A segment id has three characters.", nameof(id));
        Insert(index, new WriterLine { Text = Encoding.ASCII.GetBytes(id) });
        return index;
    }

    /// <summary>Appends a segment of a received message as it is and returns its index.</summary>
    /// <exception cref="ArgumentException">The other message has other separators or another character set.</exception>
    public int Add(Segment segment)
    {
        var source = Require(segment.Message, nameof(segment));
        Insert(_lines.Count, new WriterLine
        {
            Text = segment.Raw.ToArray(),
            Raw = source.IsTranscoded ? source.ReceivedBytesOf(segment.Index).ToArray() : null,
        });
        return _lines.Count - 1;
    }

    public void Remove(int index) => _lines.RemoveAt(index);

    /// <summary>The index of a segment by id and number from 1, -1 when there is none.</summary>
    public int IndexOf(string id, int occurrence = 1)
    {
        var packed = SegmentId.Pack(id);
        return _lines.FindIndex(line => line.Text.Length >= 3 && SegmentId.Pack(line.Text.AsSpan(0, 3)) == packed && --occurrence == 0);
    }

    /// <summary>
    /// Writes text to a place of a segment. Missing separators are added; without a repetition and component the whole field is replaced.
    /// </summary>
    /// <param name="segment">Index of the segment.</param>
    /// <param name="field">From 1; MSH-1 and MSH-2 cannot be changed.</param>
    /// <param name="text">Plain text; null or empty leaves the place empty.</param>
    /// <param name="repetition">From 1; 0 for the whole field, or the first repetition when there is a component.</param>
    /// <param name="component">From 1; 0 for all.</param>
    /// <param name="subComponent">From 1; 0 for all.</param>
    /// <param name="isFormatted">The field is FT: line breaks are written as <c>\.br\</c>.</param>
    public void Set(
        int segment, int field, string? text, int repetition = 0, int component = 0, int subComponent = 0, bool isFormatted = false)
    {
        var escaped = EscapeWriter.Escape(text ?? "", Delimiters, isFormatted);
        Put(segment, new(field, repetition, component, subComponent), Encode(escaped, IsTranscoded ? CharacterSetTable.Utf8 : _set),
            IsTranscoded ? Encode(escaped, _set) : null);
    }

    /// <summary>Writes text to an address; a segment that is missing is appended.</summary>
    public void Set(in FieldPath path, string? text, bool isFormatted = false) =>
        Set(FindOrAdd(path), path.Field, text, path.Repetition, path.Component, path.SubComponent, isFormatted);

    /// <summary>Writes <c>""</c>: the receiver is to delete its value.</summary>
    public void SetNull(in FieldPath path) =>
        Put(FindOrAdd(path), new(path.Field, path.Repetition, path.Component, path.SubComponent), "\"\""u8,
            IsTranscoded ? "\"\""u8.ToArray() : null);

    /// <summary>
    /// Copies a field, repetition, component or sub-component of a received message byte by byte; a CR in it, which would end the
    /// segment, is escaped.
    /// </summary>
    /// <exception cref="ArgumentException">The other message has other separators or another character set.</exception>
    public void Copy(int segment, int field, in Element source, int repetition = 0, int component = 0, int subComponent = 0)
    {
        if (source.Length == 0)
        {
            Set(segment, field, null, repetition, component, subComponent);
            return;
        }

        var message = Require(source.Message, nameof(source));
        Put(segment, new(field, repetition, component, subComponent), OneLine(source.Raw),
            IsTranscoded ? OneLine(message.ReceivedBytesOf(source)) : null);
    }

    /// <summary>Writes bytes that are already escaped and in the set of the message.</summary>
    internal void SetRaw(int segment, int field, ReadOnlySpan<byte> bytes) => Put(segment, new(field, 0, 0, 0), bytes, raw: null);

    /// <summary>The message.</summary>
    public byte[] ToArray()
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write(_prefix);
        foreach (var line in _lines)
        {
            output.Write(line.Raw ?? line.Text);
            output.Write(line.After);
        }

        return _wide is null ? output.WrittenSpan.ToArray() : _wide.GetBytes(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    internal void AddHeader(string id)
    {
        Span<byte> encoding =
            [Delimiters.Component, Delimiters.Repetition, Delimiters.Escape, Delimiters.SubComponent, Delimiters.Truncation];
        var length = encoding.IndexOf((byte)0);
        // Without an escape character the sub-component separator stands in its place, as it was read.
        if (length == 2 && Delimiters.SubComponent != 0) encoding = [encoding[0], encoding[1], encoding[3]];
        else if (length >= 0) encoding = encoding[..length];
        Insert(_lines.Count, new WriterLine { Text = [.. Encoding.ASCII.GetBytes(id), Delimiters.Field, .. encoding] });
    }

    private bool IsTranscoded => _set is TranscodedSet;

    private byte[] OneLine(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Contains((byte)'\r')) return bytes.ToArray();
        var line = new ArrayBufferWriter<byte>(bytes.Length + 16);
        foreach (var value in bytes)
        {
            if (value != '\r') line.Write([value]);
            else if (Delimiters.Escape == 0) line.Write(" "u8);
            else line.Write([Delimiters.Escape, (byte)'X', (byte)'0', (byte)'D', Delimiters.Escape]);
        }

        return line.WrittenSpan.ToArray();
    }

    private static byte[] Encode(string text, CharacterSet set)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        set.Encode(text, output);
        return output.WrittenSpan.ToArray();
    }

    private void Insert(int index, WriterLine line)
    {
        // New segments are ASCII so far; from here on both forms are kept in step.
        if (IsTranscoded) line.Raw ??= line.Text;
        // A received message may lack the CR after its last segment.
        if (index > 0 && _lines[index - 1].After.Length == 0) _lines[index - 1].After = [(byte)'\r'];
        _lines.Insert(index, line);
    }

    private int FindOrAdd(in FieldPath path)
    {
        int index;
        while ((index = IndexOf(path.Segment, path.Occurrence)) < 0) Add(path.Segment);
        return index;
    }

    private void Put(int segment, in WriterPlace place, ReadOnlySpan<byte> text, byte[]? raw)
    {
        var line = _lines[segment];
        var splice = place.Find(line.Text, Delimiters);
        line.Text = [.. line.Text.AsSpan(0, splice.Start), .. splice.Padding, .. text, .. line.Text.AsSpan(splice.Start + splice.Length)];
        if (_set is not TranscodedSet set || line.Raw is not { } before || raw is null) return;

        var start = set.RawOffset(before, Delimiters, splice.Start, isAfterShifts: splice.Padding.Length > 0);
        var end = Math.Max(start, set.RawOffset(before, Delimiters, splice.Start + splice.Length, isAfterShifts: true));
        line.Raw = [.. before.AsSpan(0, start), .. splice.Padding, .. raw, .. before.AsSpan(end)];
        // Half a character in what was received would take the separator after it along: then the segment is encoded anew.
        if (!IsRawOf(line, set)) line.Raw = Encode(Encoding.UTF8.GetString(line.Text), set);
    }

    private bool IsRawOf(WriterLine line, TranscodedSet set)
    {
        var utf8 = new byte[line.Raw!.Length * TranscodedSet.MaxGrowth];
        var length = set.ToUtf8(line.Raw, Delimiters, utf8);
        // Characters that the set lacks were written as question marks: the separators have to agree, not the text.
        return Separators(utf8.AsSpan(0, length)).SequenceEqual(Separators(line.Text));
    }

    private byte[] Separators(ReadOnlySpan<byte> text)
    {
        var found = new List<byte>();
        foreach (var value in text)
        {
            if (Delimiters.IsSeparator(value)) found.Add(value);
        }

        return [.. found];
    }

    private Message Require(Message? message, string parameter)
    {
        if (message is null) throw new ArgumentException("There is nothing to copy.", parameter);
        var isSame = message.Delimiters == Delimiters && message.DeclaredSet == _set;
        return isSame
            ? message
            : throw new ArgumentException("The other message has other separators or another character set.", parameter);
    }
}

/// <summary>One segment being written.</summary>
internal sealed class WriterLine
{
    /// <summary>The segment, in UTF-8 when the message's set has to be decoded before splitting, else in the set itself.</summary>
    public required byte[] Text { get; set; }

    /// <summary>The segment as received, only when <see cref="Text"/> is a re-encoding of it; kept in step with it.</summary>
    public byte[]? Raw { get; set; }

    /// <summary>What ends the segment: CR, or what was received there.</summary>
    public byte[] After { get; set; } = [(byte)'\r'];
}
