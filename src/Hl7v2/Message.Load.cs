using System.Diagnostics.CodeAnalysis;

namespace CloudPacs.Hl7v2;

public sealed partial class Message
{
    private readonly List<Problem> _warnings = [];
    private CharacterSet _set = CharacterSet.AsciiSet;

    /// <summary>Reads a message into this instance; false with a problem for what is not HL7, and then the instance is empty.</summary>
    public bool TryLoad(ReadOnlyMemory<byte> bytes, ParseOptions options, [NotNullWhen(false)] out Problem? problem)
    {
        problem = Load(bytes, options);
        if (problem is null) return true;
        SegmentCount = 0;
        Text = Bytes = default;
        return false;
    }

    internal void DecodeText(ReadOnlySpan<byte> bytes, ref CharBuffer buffer)
    {
        if (bytes.IsEmpty) return;
        buffer.Advance(_set.Encoding.GetChars(bytes, buffer.Reserve(bytes.Length)));
    }

    internal void DecodeBytes(ReadOnlySpan<byte> bytes, ref CharBuffer buffer) => DecodeText(bytes, ref buffer);

    private Problem? Load(ReadOnlyMemory<byte> bytes, ParseOptions options)
    {
        SegmentCount = 0;
        _warnings.Clear();
        Text = Bytes = bytes;
        var text = bytes.Span;
        var start = text.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < text.Length && text[start] <= ' ') start++;
        var header = text[start..];
        if (header.Length < 3 || SegmentId.Pack(header[..3]) != SegmentId.Msh)
            return new(199, Severity.Error, null, "The data does not start with an MSH segment, so it is not an HL7 v2 message.");
        var end = header.IndexOfAny((byte)'\r', (byte)'\n');
        if (Delimiters.Read(end < 0 ? header : header[..end], out var delimiters) is { } problem) return problem;
        Delimiters = delimiters;
        _set = System.Text.Unicode.Utf8.IsValid(text) ? CharacterSet.Utf8 : options.DefaultSet;
        return IndexSegments(text, start, options.MaxSegments);
    }

    private Problem? IndexSegments(ReadOnlySpan<byte> text, int start, int maxSegments)
    {
        while (start < text.Length)
        {
            var length = text[start..].IndexOfAny((byte)'\r', (byte)'\n');
            var end = length < 0 ? text.Length : start + length;
            while (start < end && text[start] <= ' ') start++;
            if (start < end)
            {
                if (SegmentCount >= maxSegments)
                    return new(199, Severity.Error, null, $"The message has more than {maxSegments} segments, the limit of this link.");
                Add(text, start, end);
            }

            start = end + 1;
        }

        return null;
    }

    private void Add(ReadOnlySpan<byte> text, int start, int end)
    {
        if (SegmentCount == _ids.Length)
        {
            Array.Resize(ref _ids, SegmentCount * 2);
            Array.Resize(ref _starts, SegmentCount * 2);
            Array.Resize(ref _ends, SegmentCount * 2);
        }

        _ids[SegmentCount] = PackId(text[start..end]);
        _starts[SegmentCount] = start;
        _ends[SegmentCount++] = end;
    }

    private int PackId(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3) return SegmentId.None;
        var id = SegmentId.Pack(line[..3]);
        if (line.Length == 3 || line[3] == Delimiters.Field) return id;
        // FHS and BHS bring a separator of their own; "PID  |" is an id with blanks; "PIDEXTRA|" is another segment.
        if (SegmentId.IsHeader(id) && !char.IsAsciiLetterOrDigit((char)line[3])) return id;
        var separator = line.IndexOf(Delimiters.Field);
        return line[3..(separator < 0 ? line.Length : separator)].Trim(" \t"u8).IsEmpty ? id : SegmentId.None;
    }
}
