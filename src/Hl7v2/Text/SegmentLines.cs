namespace CloudPacs.Hl7v2.Text;

/// <summary>
/// Walks the segments of a payload, by their ids only. A segment ends with CR (HL7 v2.5.1 2.4, 2.5.4), for which CR LF is taken too; a bare
/// LF is text there. Where most segments end with LF their ends have to be guessed: then only what looks like a segment begins one. What
/// begins none stays with the field before it, so that no data is lost by a line end inside a field.
/// </summary>
internal ref struct SegmentLines
{
    private const byte Return = 0x0D;
    private const byte Feed = 0x0A;
    private const byte Escape = 0x1B;
    private const int LongestWord = 8;

    private readonly ReadOnlySpan<byte> _text;
    private readonly byte _separator;
    private readonly bool _isAnyCase;
    private int _next;
    private bool _isNextUnknown;

    public SegmentLines(ReadOnlySpan<byte> text, int start)
    {
        _text = text;
        _next = Skip(start);
        _separator = _next + 3 < text.Length && IsSign(text[_next + 3]) ? text[_next + 3] : (byte)'|';
        _isAnyCase = _next < text.Length && char.IsAsciiLetterLower((char)text[_next]);
        var rest = text[_next..];
        if (rest.IndexOf(Return) < 0) IsGuessed = true;
        else if (rest.IndexOf(Feed) >= 0) CountEnds();
    }

    private enum Beginning
    {
        Text,
        Segment,
        Unknown,
    }

    /// <summary>No segment, or fewer than not, end with CR: every line end may be one.</summary>
    public bool IsGuessed { get; private set; }

    /// <summary>In a message whose segments end with CR, an LF stands before what looks like a segment.</summary>
    public bool HidesSegments { get; private set; }

    /// <summary>First byte of the segment, without blanks before it.</summary>
    public int Start { get; private set; }

    /// <summary>After its last byte, before the end of line.</summary>
    public int End { get; private set; }

    /// <summary>A line follows in the same segment since it begins none.</summary>
    public bool IsJoined { get; private set; }

    /// <summary>It has a segment's form but no id of three characters, or stands after a header and is no part of it.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Lines so far, those that begin no segment included.</summary>
    public int Count { get; private set; }

    public readonly int Id => IsUnknown || End - Start < 3 ? SegmentId.None : SegmentId.Pack(_text.Slice(Start, 3));

    public bool MoveNext()
    {
        (Start, IsJoined, IsUnknown, _isNextUnknown) = (_next, false, _isNextUnknown, false);
        if (Start >= _text.Length) return false;
        var isHeader = SegmentId.IsHeader(Id3(Start));
        while (true)
        {
            Count++;
            var at = IsJoined ? _next : Start;
            var length = IsGuessed ? _text[at..].IndexOfAny(Return, Feed) : _text[at..].IndexOf(Return);
            End = length < 0 ? _text.Length : at + length;
            _next = Skip(End);
            if (_next == _text.Length || IsPlainSegment()) break;
            var isSure = _text[End.._next].Contains(Return);
            var beginning = BeginningAt(_next, isSure);
            // A word after a header must not become a part of the version or the character set.
            if (beginning == Beginning.Text && isHeader && (isSure || !LineOf(_next).Contains(_separator))) beginning = Beginning.Unknown;
            _isNextUnknown = beginning == Beginning.Unknown;
            if (beginning != Beginning.Text) break;
            IsJoined = true;
        }

        while (End > Start && _text[End - 1] is Return or Feed) End--;
        return true;
    }

    /// <summary>Three characters, the first of them a letter, and the field separator (HL7 v2.5.1 2.5.1).</summary>
    public readonly bool LooksLikeSegment(ReadOnlySpan<byte> line) =>
        ReadWord(line, out var isUpper, out var after) == 3 && (isUpper || _isAnyCase) && char.IsAsciiLetter((char)line[0])
            && after < line.Length && line[after] == _separator;

    /// <summary>What nearly every line is, found out quickly: CR, three capitals or digits, separator.</summary>
    private readonly bool IsPlainSegment() => _next + 3 < _text.Length && _text[_next + 3] == _separator && _text[_next - 1] is Return
        && char.IsAsciiLetterUpper((char)_text[_next]) && IsCapitalOrDigit(_text[_next + 1]) && IsCapitalOrDigit(_text[_next + 2]);

    private static bool IsCapitalOrDigit(byte value) => char.IsAsciiLetterUpper((char)value) || char.IsAsciiDigit((char)value);

    /// <param name="at">First character of a line.</param>
    /// <param name="isSure">CR stands before it, with which text never goes on: then case and length of the id do not matter.</param>
    private readonly Beginning BeginningAt(int at, bool isSure)
    {
        var line = _text[at..];
        if (SegmentId.IsHeader(Id3(at))) return IsHeader(line) ? Beginning.Segment : Beginning.Text;
        var word = ReadWord(line, out var isUpper, out var after);
        if (word == 0) return Beginning.Text;
        var hasField = after < line.Length && line[after] == _separator;
        if (word == 3 && char.IsAsciiLetter((char)line[0]))
        {
            // Behind the id may stand what a broken line has left there; text begins with no control character.
            if (isSure && isUpper && after == word && after < line.Length && line[after] is < Escape and not (Return or Feed))
                return Beginning.Segment;
            if (hasField && (isUpper || _isAnyCase || isSure)) return Beginning.Segment;
            return IsEnd(line, after) && (isUpper || _isAnyCase) && IsBeforeSegment(at + after) ? Beginning.Segment : Beginning.Text;
        }

        return hasField && isUpper && isSure ? Beginning.Unknown : Beginning.Text;
    }

    /// <summary>A word alone in its line is an empty segment, but not in the middle of a text.</summary>
    private readonly bool IsBeforeSegment(int at)
    {
        var next = Skip(at);
        if (next == _text.Length) return true;
        var line = _text[next..];
        if (IsHeader(line)) return true;
        if (ReadWord(line, out var isUpper, out var after) != 3) return false;
        return isUpper || _isAnyCase || (after < line.Length && line[after] == _separator && _text[at..next].Contains(Return));
    }

    /// <summary>A header may have another separator than the one before it; no text begins so.</summary>
    private readonly bool IsHeader(ReadOnlySpan<byte> line) => line.Length > 3 && SegmentId.IsHeader(SegmentId.Pack(line[..3]))
        && (line[3] == _separator || (line.Length > 4 && IsSign(line[3]) && IsSign(line[4]) && line[3] != line[4]));

    /// <summary>
    /// Which line end segments have, when there are both: that of the header when another segment ends so too, else that of most. A text
    /// that was pasted into a field may have more lines than the message has segments.
    /// </summary>
    private void CountEnds()
    {
        int returns = 0, feeds = 0, at = _next;
        var isFirstReturn = _text[at..].IndexOfAny(Return, Feed) is >= 0 and var first && _text[at + first] == Return;
        while (_text[at..].IndexOfAny(Return, Feed) is >= 0 and var length)
        {
            var end = at + length;
            at = Skip(end);
            if (!LooksLikeSegment(_text[at..])) continue;
            if (_text[end..at].Contains(Return)) returns++;
            else feeds++;
        }

        IsGuessed = feeds > returns && !(isFirstReturn && returns > 1);
        HidesSegments = feeds > 0 && !IsGuessed;
    }

    /// <summary>Over blank lines, leading blanks and byte order marks of UTF-8.</summary>
    private readonly int Skip(int at)
    {
        while (at < _text.Length)
        {
            if (_text[at] <= ' ') at++;
            else if (_text[at] == 0xEF && _text[at..].StartsWith("\uFEFF"u8)) at += 3;
            else break;
        }

        return at;
    }

    /// <summary>The length of the letters and digits at the start (0 for more than a few), and where the blanks after them end.</summary>
    private static int ReadWord(ReadOnlySpan<byte> line, out bool isUpper, out int after)
    {
        var word = 0;
        isUpper = true;
        while (word < line.Length && char.IsAsciiLetterOrDigit((char)line[word]))
        {
            isUpper &= !char.IsAsciiLetterLower((char)line[word]);
            if (++word > LongestWord) break;
        }

        after = word;
        while (after < line.Length && line[after] is (byte)' ' or (byte)'\t') after++;
        return word > LongestWord ? 0 : word;
    }

    private static bool IsEnd(ReadOnlySpan<byte> line, int at) => at == line.Length || line[at] is Return or Feed;

    private static bool IsSign(byte value) => value is > (byte)' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)value);

    private readonly int Id3(int at) => at + 3 <= _text.Length ? SegmentId.Pack(_text.Slice(at, 3)) : SegmentId.None;

    private readonly ReadOnlySpan<byte> LineOf(int at)
    {
        var line = _text[at..];
        var end = line.IndexOfAny(Return, Feed);
        return end < 0 ? line : line[..end];
    }
}
