namespace CloudPacs.Hl7v2.Batches;

/// <summary>Walks the segments of a payload by their ids only.</summary>
internal ref struct BatchLines(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;

    /// <summary>First byte of the segment, without blanks before it.</summary>
    public int Start { get; private set; }

    /// <summary>After its last byte, before the end of line.</summary>
    public int End { get; private set; } = payload.StartsWith("\uFEFF"u8) ? 3 : 0;

    public readonly int Id => End - Start < 3
        || IsWord(End - Start > 3 ? _payload[Start + 3] : (byte)'|') ? SegmentId.None : SegmentId.Pack(_payload.Slice(Start, 3));

    public bool MoveNext()
    {
        Start = End;
        while (Start < _payload.Length && _payload[Start] <= ' ') Start++;
        var length = _payload[Start..].IndexOfAny((byte)'\r', (byte)'\n');
        End = length < 0 ? _payload.Length : Start + length;
        return Start < End;
    }

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value);
}
