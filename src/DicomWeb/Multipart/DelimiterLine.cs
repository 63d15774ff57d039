namespace CloudPacs.DicomWeb.Multipart;

/// <summary>What follows CR LF, two hyphens and the boundary (RFC 2046 5.1.1).</summary>
internal enum DelimiterKind
{
    /// <summary>Not enough bytes are there to tell.</summary>
    NeedMore,

    /// <summary>Something else: the bytes belong to the part.</summary>
    Data,

    /// <summary>The end of a line: another part begins.</summary>
    Part,

    /// <summary>Two hyphens and the end of a line or of the body: there are no more parts.</summary>
    Close,

    /// <summary>A line feed alone.</summary>
    LineFeed,
}

/// <summary>Finds boundaries in bytes; the whole of one is looked for, so that a near miss inside pixel data stays data.</summary>
internal sealed class DelimiterLine
{
    /// <summary>Blanks that may stand between a boundary and the end of its line.</summary>
    private const int MaxPadding = 64;

    private readonly byte[] _delimiter;

    /// <param name="boundary">As Content-Type names it, without the hyphens; ASCII.</param>
    public DelimiterLine(string boundary) => _delimiter = [.. "\r\n--"u8, .. System.Text.Encoding.ASCII.GetBytes(boundary)];

    /// <summary>CR LF, two hyphens, the boundary.</summary>
    public int Length => _delimiter.Length;

    /// <summary>Where the first delimiter begins, with its CR; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf(_delimiter);

    /// <summary>Where at the end of the bytes something begins that may become a delimiter; their length when nothing does.</summary>
    public int FindBeginning(ReadOnlySpan<byte> bytes)
    {
        var at = Math.Max(bytes.Length - Length + 1, 0);
        while (at < bytes.Length)
        {
            var next = bytes[at..].IndexOf((byte)'\r');
            if (next < 0) return bytes.Length;
            at += next;
            if (_delimiter.AsSpan().StartsWith(bytes[at..])) return at;
            at++;
        }

        return at;
    }

    /// <param name="after">What follows the delimiter.</param>
    /// <param name="isEnd">Whether the body ends with it.</param>
    /// <returns>What it is, and how long the rest of the line is without its CR LF.</returns>
    public static (DelimiterKind Kind, int Length) Tell(ReadOnlySpan<byte> after, bool isEnd)
    {
        var isClose = after.StartsWith("--"u8);
        if (!isClose && after.Length < 2 && "--"u8.StartsWith(after) && !isEnd) return (DelimiterKind.NeedMore, 0);
        var at = isClose ? 2 : 0;
        while (at < after.Length && at < MaxPadding && after[at] is (byte)' ' or (byte)'\t') at++;
        if (at == after.Length)
            return isEnd ? (isClose ? DelimiterKind.Close : DelimiterKind.NeedMore, at) : (DelimiterKind.NeedMore, 0);
        if (isClose) return (after[at] is (byte)'\r' or (byte)'\n' ? DelimiterKind.Close : DelimiterKind.Data, at);
        if (after[at] == (byte)'\n') return (DelimiterKind.LineFeed, at);
        if (after[at] != (byte)'\r') return (DelimiterKind.Data, at);
        if (at + 1 == after.Length) return (DelimiterKind.NeedMore, 0);
        return (after[at + 1] == (byte)'\n' ? DelimiterKind.Part : DelimiterKind.Data, at);
    }
}
