using System.Text;
using System.Text.Unicode;
using CloudPacs.Hl7v2.CharacterSets;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <content>What was read although it is not as the standard has it, each with its place.</content>
public sealed partial class Message
{
    private const byte Esc = 0x1B;

    // Who sends more of them knows by then.
    private const int MaxPlaces = 20;

    /// <summary>Some text holds a CR that ends no segment.</summary>
    internal bool HasReturns { get; private set; }

    /// <summary>Line ends inside of a segment (HL7 v2.5.1 2.4: the only one that ends a segment is CR, which text cannot hold).</summary>
    private void TellLineEnds(int index, bool isUnknown, in SegmentLines lines)
    {
        if (isUnknown && _warnings.Count < MaxPlaces)
            Tell(100, LocationOf(index - 1, 0), "The line after this segment begins with no id of three characters: it is not read.");
        var raw = RawOf(index);
        var field = SegmentId.IsHeader(_ids[index]) ? 1 : 0;
        int at = 0, told = -1;
        while (raw[at..].IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var length)
        {
            var end = at + length;
            field += raw[at..end].Count(Delimiters.Field);
            at = end;
            while (at < raw.Length && raw[at] <= ' ') at++;
            var isReturn = raw[end..at].Contains((byte)'\r');
            HasReturns |= isReturn;
            var isHidden = !isReturn && !lines.IsGuessed;
            if (field == told || _warnings.Count >= MaxPlaces || (isHidden && !lines.LooksLikeSegment(raw[at..]))) continue;
            told = field;
            Tell(102, LocationOf(index, field), isHidden
                ? "Segments of this message end with CR: a line feed here was read as text, though what follows looks like a segment."
                : "A line end in this field is followed by no segment: it was read as a line break of the text.");
        }
    }

    /// <summary>Bytes that the character set does not have, and escape sequences that switch to none (HL7 v2.5.1 2.15.9.18).</summary>
    private void TellCharacters()
    {
        var text = Text.Span;
        var isDecoded = IsTranscoded || IsWide;
        var hasEscape = text.Contains(Esc);
        var isWhole = isDecoded
            ? text.IndexOf("\uFFFD"u8) < 0
            : Ascii.IsValid(text) || (_textSet == CharacterSetTable.Utf8 && Utf8.IsValid(text));
        if (isWhole && !hasEscape) return;
        for (var i = 0; i < SegmentCount; i++)
        {
            var raw = RawOf(i);
            if (Ascii.IsValid(raw) && !raw.Contains(Esc)) continue;
            TellCharacters(i, raw, isDecoded);
            if (_warnings.Count >= MaxPlaces) return;
        }
    }

    private void TellCharacters(int index, ReadOnlySpan<byte> raw, bool isDecoded)
    {
        var n = SegmentId.IsHeader(_ids[index]) ? 1 : 0;
        for (var at = 0; at <= raw.Length && _warnings.Count < MaxPlaces; n++)
        {
            var length = raw[at..].IndexOf(Delimiters.Field);
            var field = length < 0 ? raw[at..] : raw.Slice(at, length);
            at += field.Length + 1;
            if (field.Contains(Esc))
                Tell(102, LocationOf(index, n), "An escape character (1B) here switches to no character set that MSH-18 names.");
            if (isDecoded ? field.IndexOf("\uFFFD"u8) >= 0 : _textSet.HasBroken(field))
                Tell(102, LocationOf(index, n), $"Bytes here are no characters of {CharacterSet}: they were read as U+FFFD.");
        }
    }

    private void Tell(int code, ErrorLocation location, string text) => _warnings.Add(new(code, Severity.Warning, location, text));

    /// <summary>A segment without an id is named by the one before it.</summary>
    private ErrorLocation LocationOf(int index, int field)
    {
        var isNamed = _ids[index] != SegmentId.None;
        while (index > 0 && _ids[index] == SegmentId.None) index--;
        var id = Encoding.ASCII.GetString(RawOf(index)[..3]).ToUpperInvariant();
        return new(id, OccurrenceOf(index), isNamed && field > 0 ? field : null);
    }
}
