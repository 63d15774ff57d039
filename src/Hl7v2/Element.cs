using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <summary>
/// A field, repetition, component or sub-component: one type for all levels. Missing ones are Absent, never an error. Valid until the
/// message is loaded again.
/// </summary>
/// <remarks>Asked for something below, a higher level takes its first part: the text of a field is that of its first repetition's first
/// component's first sub-component, so that a reader of a simple type still works when the type grew to a composite (HL7 v2.5.1
/// 2.8.2).</remarks>
public readonly struct Element
{
    private static readonly char[] Padding = [' ', '\n'];

    private const int LevelBits = 3;
    private const int LengthBits = 30; // the largest frame of a listener is 2^29 bytes, at most half as many more when it becomes UTF-8
    private readonly Message? _message;
    private readonly ulong _place; // start, length and level in little room: elements are copied all the time

    internal Element(Message message, int start, int length, Level level)
    {
        _message = message;
        _place = ((ulong)(uint)start << (LengthBits + LevelBits)) | ((ulong)(uint)length << LevelBits) | (ulong)level;
    }

    private Element(Message message, ulong place)
    {
        _message = message;
        _place = place;
    }

    internal enum Level : byte
    {
        /// <summary>MSH-1 and MSH-2, never split, never unescaped; and what does not exist, which has no parts either.</summary>
        Literal,
        Field,
        Repetition,
        Component,
        SubComponent,
    }

    /// <summary>The message that the element is a part of; null for one that was never looked for in a message.</summary>
    public Message? Message => _message;

    /// <summary>Start, length and level in one word, whose highest bit is never set; see <see cref="At"/>.</summary>
    public ulong Place => _place;

    /// <summary>The element at a place of a message.</summary>
    public static Element At(Message message, ulong place) => new(message, place);

    /// <summary>First byte in <see cref="Message.Text"/>.</summary>
    public int Start => (int)(_place >> (LengthBits + LevelBits));

    /// <summary>Number of bytes in <see cref="Message.Text"/>.</summary>
    public int Length => (int)(_place >> LevelBits) & ((1 << LengthBits) - 1);

    /// <summary>The bytes as in <see cref="Message.Text"/>, still escaped.</summary>
    public ReadOnlySpan<byte> Raw => _message is null ? default : _message.Text.Span.Slice(Start, Length);

    /// <summary>A composite is Absent when all its parts are empty, and Null when it is <c>""</c> as a whole.</summary>
    public ValueState State
    {
        get
        {
            if (Length == 0 || _message is null) return ValueState.Absent;
            var raw = Raw;
            if (raw[0] == (byte)'"' && raw.TrimEnd((byte)' ').SequenceEqual("\"\""u8)) return ValueState.Null;
            if (Kind is Level.Literal or Level.SubComponent || !_message.Delimiters.IsSeparator(raw[0])) return ValueState.Value;
            foreach (var value in raw)
            {
                if (!_message.Delimiters.IsSeparator(value)) return ValueState.Value;
            }

            return ValueState.Absent;
        }
    }

    public bool HasValue => State == ValueState.Value;

    /// <summary>0 when nothing was sent. Empty repetitions keep their place and count.</summary>
    public int RepetitionCount => Length == 0 ? 0 : Kind == Level.Field ? Scan.CountParts(Raw, _message!.Delimiters.Repetition) : 1;

    public int ComponentCount => Kind switch
    {
        _ when Length == 0 => 0,
        Level.Field => Repetition(1).ComponentCount,
        Level.Repetition => Scan.CountParts(Raw, _message!.Delimiters.Component),
        _ => 1,
    };

    public int SubComponentCount => Kind switch
    {
        _ when Length == 0 => 0,
        Level.Field or Level.Repetition => Component(1).SubComponentCount,
        Level.Component => Scan.CountParts(Raw, _message!.Delimiters.SubComponent),
        _ => 1,
    };

    public Element Repetition(int n) =>
        Kind == Level.Field ? Part(n, Level.Repetition) : n == 1 ? this : default;

    public Element Component(int n) => Kind switch
    {
        Level.Field => Repetition(1).Component(n),
        Level.Repetition => Part(n, Level.Component),
        _ => n == 1 ? this : default,
    };

    public Element SubComponent(int n) => Kind switch
    {
        Level.Field or Level.Repetition => Component(1).SubComponent(n),
        Level.Component => Part(n, Level.SubComponent),
        _ => n == 1 ? this : default,
    };

    /// <summary>Decoded and unescaped text; line breaks are <c>\n</c>. Null when the first part of this element has no value.</summary>
    public string? Text
    {
        get
        {
            if (Length == 0) return null;
            // Whatever the level, the first part is what begins here.
            if (_message?.Kept is { } kept && Kind != Level.Literal && kept.Find(Start) is { } text) return text;
            if (Leaf is not { State: ValueState.Value } leaf) return null;
            text = EscapedText.ToString(_message!, leaf.Raw, leaf.Kind == Level.Literal);
            _message!.Kept?.Keep(Start, text);
            return text;
        }
    }

    /// <summary><see cref="Text"/> without blanks and line ends around it, which fill a field and say nothing (HL7 v2.5.1
    /// 2.A.74).</summary>
    public string? Unpadded => Text is not { } text ? null : text is [> ' ', .., > ' '] ? text : text.Trim(Padding);

    /// <summary>
    /// The element read as TX or FT: repetitions are lines, and separators that the sender forgot to escape are plain text. Null when there
    /// is no value.
    /// </summary>
    public string? LongText
    {
        get
        {
            if (State != ValueState.Value) return null;
            if (Kind != Level.Literal && Leaf.Length == Length) return Text;
            if (RepetitionCount == 1) return EscapedText.ToString(_message!, Raw, isLiteral: false);
            var lines = new string[RepetitionCount];
            for (var i = 0; i < lines.Length; i++)
            {
                var line = Repetition(i + 1);
                lines[i] = line.State == ValueState.Value ? EscapedText.ToString(_message!, line.Raw, isLiteral: false) : "";
            }

            return string.Join('\n', lines);
        }
    }

    /// <summary>True when the sender cut the value and said so (HL7 v2.7 2.5.5.2): not to be used as an identifier.</summary>
    public bool IsTruncated =>
        Length > 0 && _message!.Delimiters.Truncation is not 0 and var mark && Leaf.Raw is [.., var last] && last == mark;

    /// <summary>Writes <see cref="Text"/> as UTF-8; false when there is none or the destination is too small.</summary>
    public bool TryCopyUtf8(Span<byte> destination, out int written)
    {
        written = 0;
        return Leaf is { State: ValueState.Value } leaf
            && EscapedText.TryCopyUtf8(_message!, leaf.Raw, leaf.Kind == Level.Literal, destination, out written);
    }

    /// <summary>Compares <see cref="Text"/> with ASCII text, byte by byte.</summary>
    public bool TextEquals(ReadOnlySpan<byte> ascii) =>
        Leaf is { State: ValueState.Value } leaf && EscapedText.EqualsAscii(_message!, leaf.Raw, leaf.Kind == Level.Literal, ascii);

    /// <summary>
    /// Whether both have a text, and the same one but for padding (<see cref="Unpadded"/>). Parts of one message that are alike byte by
    /// byte need no text to tell.
    /// </summary>
    public bool TextEquals(Element other)
    {
        if (Leaf is not { State: ValueState.Value } mine || other.Leaf is not { State: ValueState.Value } theirs) return false;
        return (ReferenceEquals(_message, other._message) && mine.Kind == theirs.Kind && mine.Raw.SequenceEqual(theirs.Raw))
            || Unpadded == other.Unpadded;
    }

    /// <summary>Reads <see cref="Text"/> as a date or time (TS, DTM, DT); false when there is no value or it is not one.</summary>
    public bool TryGetTime(out Hl7Time time)
    {
        Span<byte> text = stackalloc byte[64];
        time = default;
        return TryCopyUtf8(text, out var written) && Hl7Time.TryParse(text[..written], out time);
    }

    public override string ToString() => Text ?? "";

    internal Level Kind => (Level)(_place & ((1 << LevelBits) - 1));

    private Element Leaf
    {
        get
        {
            if (Length == 0 || _message is null) return default;
            if (Kind is Level.Literal or Level.SubComponent) return this;
            // The first part at every level ends at the first separator of any level; an absent one must not match a NUL byte.
            var delimiters = _message.Delimiters;
            var sub = delimiters.SubComponent == 0 ? delimiters.Component : delimiters.SubComponent;
            var repetition = delimiters.Repetition == 0 ? delimiters.Component : delimiters.Repetition;
            var end = Kind switch
            {
                Level.Component => Raw.IndexOf(sub),
                Level.Repetition => Raw.IndexOfAny(delimiters.Component, sub),
                _ => Raw.IndexOfAny(delimiters.Component, sub, repetition),
            };
            return new(_message, Start, end < 0 ? Length : end, Level.SubComponent);
        }
    }

    private Element Part(int n, Level level)
    {
        if (_message is null) return default;
        var separator = level switch
        {
            Level.Repetition => _message.Delimiters.Repetition,
            Level.Component => _message.Delimiters.Component,
            _ => _message.Delimiters.SubComponent,
        };
        return Scan.TryPart(Raw, separator, n, out var start, out var length)
            ? new(_message, Start + start, length, level)
            : default;
    }
}
