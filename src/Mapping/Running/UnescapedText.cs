using System.Collections.Frozen;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Delimiters that senders did not escape although they are text (HL7 v2.5.1 2.7.1 lays that on the sender): where the data type of a field
/// or component has no further parts, the whole of it is taken as the text that was meant, and told. What a field cannot have and nobody
/// reads, a second repetition or component, is told too.
/// </summary>
internal sealed class UnescapedText
{
    private const int MaxPlaces = 20;
    private const int MaxReplacements = 1_000;

    /// <summary>Parts of one field that are looked at; whoever sends more of them does not mean them.</summary>
    private const int MaxParts = 1_000;

    /// <summary>Named and numbered characters of XML, which some senders leave in their text: their <c>&amp;</c> is no delimiter.</summary>
    private static readonly (byte[] Name, string Character)[] Entities =
    [
        ("amp;"u8.ToArray(), "&"), ("apos;"u8.ToArray(), "'"), ("quot;"u8.ToArray(), "\""), ("lt;"u8.ToArray(), "<"),
        ("gt;"u8.ToArray(), ">"), ("#39;"u8.ToArray(), "'"), ("#x27;"u8.ToArray(), "'"), ("nbsp;"u8.ToArray(), " "),
    ];

    /// <summary>Fields of text without components. Later versions make some of them coded; then they name a coding system.</summary>
    private static readonly HashSet<(string Segment, int Field)> Texts = [("OBR", 13), ("AL1", 5), ("DG1", 4), ("PID", 23)];

    /// <summary>Types of OBX-5 that are text (HL7 table 0125).</summary>
    private static readonly HashSet<string> TextTypes = new(StringComparer.Ordinal) { "ST", "TX", "FT" };

    /// <summary>Fields of type ST that hold numbers, which many senders write with their authority.</summary>
    private static readonly HashSet<(string Segment, int Field)> Numbers =
        [("OBR", 18), ("OBR", 19), ("OBR", 20), ("OBR", 21), ("PID", 19)];

    /// <summary>The fields of each segment that have no components or, as texts, should have none: their bits.</summary>
    private static readonly FrozenDictionary<string, ulong> OfOnePart = Hl7Fields.Segments.ToFrozenDictionary(
        static id => id,
        static id => Enumerable.Range(1, 62).Where(n => MayHaveNone(id, n)).Aggregate(0UL, static (bits, n) => bits | FieldIndex.BitOf(n)),
        StringComparer.Ordinal);

    private readonly Message _message;
    private readonly List<Problem> _problems;
    private readonly List<(int Start, int Length, byte[] Text)> _replacements = [];

    private UnescapedText(Message message, List<Problem> problems) => (_message, _problems) = (message, problems);

    /// <summary>The message as it was meant; the same one when there is nothing to mend.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static Message Mend(Message message, List<Problem> problems)
    {
        UnescapedText? reading = null;
        for (var i = 0; i < message.SegmentCount; i++)
        {
            if (!message[i].Is("MSH")) Look(message[i], message, problems, ref reading);
        }

        return reading is null || reading._replacements.Count == 0 ? message : message.With(reading._replacements);
    }

    /// <summary>Goes from one field with delimiters in it to the next; components alone are as usual in nearly all of them.</summary>
    private static void Look(Segment segment, Message message, List<Problem> problems, ref UnescapedText? reading)
    {
        var delimiters = message.Delimiters;
        var raw = segment.Raw;
        string? id = null;
        var ofOnePart = 0UL;
        // The first field of a header is its separator.
        for (int at = 0, n = segment.Is("FHS") || segment.Is("BHS") ? 1 : 0; ;)
        {
            var next = raw[at..].IndexOfAny(delimiters.Component, delimiters.SubComponent, delimiters.Repetition);
            if (next < 0) return;
            n += raw.Slice(at, next).Count(delimiters.Field);
            at += next;
            var end = raw[at..].IndexOf(delimiters.Field);
            var rest = end < 0 ? raw[at..] : raw.Slice(at, end);
            if (id is null)
            {
                id = Hl7Fields.NameOf(segment.Id);
                ofOnePart = OfOnePart.GetValueOrDefault(id);
            }

            if ((ofOnePart & FieldIndex.BitOf(n)) != 0 || rest.Contains(delimiters.SubComponent) || rest.Contains(delimiters.Repetition))
                (reading ??= new UnescapedText(message, problems)).Look(segment, id, n, segment.Field(n));
            if (end < 0) return;
            at += end;
        }
    }

    private void Look(Segment segment, string id, int n, in Element field)
    {
        // Comments are read with all their delimiters anyway; and most parts are where they belong.
        if (field.Length < 2 || (id == "NTE" && n == 3)) return;
        if (IsText(segment, id, n) && !IsCoded(field)) TakeAsText(field, new ErrorLocation(id, segment.Occurrence, n));
        else if (Hl7Fields.ShapeOf(id, n) is { } shape) Look(field, shape, new Place(segment, id, n));
    }

    private void Look(in Element field, FieldShape shape, Place at)
    {
        if (!shape.Repeats && HasMore(field, field.RepetitionCount, static (whole, n) => whole.Repetition(n)))
            Tell(at.Location, "This field does not repeat: only its first repetition is read.");
        if (shape.IsOnePart && !Numbers.Contains((at.Id, at.Field))
            && HasMore(field, field.ComponentCount, static (whole, n) => whole.Component(n)))
            Tell(at.Location, "The type of this field has no components: only its first one is read.");
        if (!field.Raw.Contains(_message.Delimiters.SubComponent)) return;
        for (var r = 1; r <= Math.Min(field.RepetitionCount, MaxParts); r++)
        {
            var repetition = field.Repetition(r);
            for (var c = 1; c <= Math.Min(repetition.ComponentCount, MaxParts); c++)
            {
                if (repetition.Component(c) is { SubComponentCount: > 1 } component)
                    LookInside(
                        component, shape.IsLeaf(c, repetition.ComponentCount), shape.IsTakenApart(c),
                        at with { Repetition = r, Component = c });
            }
        }
    }

    private void LookInside(in Element component, bool isLeaf, bool isTakenApart, Place at)
    {
        var count = component.SubComponentCount;
        // A surname in two parts of which the second is no part of the first: the delimiter is one of its characters.
        var isText = isLeaf || StandsAlone(component)
            || (isTakenApart && count == 2 && !Holds(component, component.SubComponent(2)));
        var isMended = false;
        for (var s = 2; s <= Math.Min(count, MaxParts); s++)
        {
            var part = component.SubComponent(s);
            if (EntityAt(part) is var (name, character)) Replace(part.Start - 1, name.Length + 1, character);
            else if (isText) Replace(part.Start - 1, 1, "&");
            else continue;
            isMended = true;
        }

        if (isMended) TellText(at.Location);
    }

    /// <summary>Blanks before and behind a delimiter: nobody writes parts of a value so.</summary>
    private bool StandsAlone(in Element component)
    {
        ReadOnlySpan<byte> words = [(byte)' ', _message.Delimiters.SubComponent, (byte)' '];
        return component.Raw.IndexOf(words) >= 0;
    }

    private static bool Holds(in Element component, in Element part) =>
        part.Unpadded is not { } text || component.SubComponent(1).Unpadded?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>All delimiters of a field are text, but those between repetitions.</summary>
    private void TakeAsText(in Element field, ErrorLocation at)
    {
        var delimiters = _message.Delimiters;
        var raw = field.Raw;
        var isMended = false;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != delimiters.Component && raw[i] != delimiters.SubComponent) continue;
            Replace(field.Start + i, 1, ((char)raw[i]).ToString());
            isMended = true;
        }

        if (isMended) TellText(at);
    }

    private void Replace(int start, int length, string character)
    {
        if (_replacements.Count >= MaxReplacements || _message.Delimiters.Escape == 0) return;
        _replacements.Add((start, length, Encoding.ASCII.GetBytes(_message.Delimiters.EscapeText(character))));
    }

    private void TellText(ErrorLocation at) => Tell(at, _message.Delimiters.Escape == 0
        ? "A delimiter in this text was not escaped, and the message has no escape character: only what stands before it is read."
        : "A delimiter in this text was not escaped: it was read as a character of the text.");

    private void Tell(ErrorLocation at, string text)
    {
        if (_problems.Count < MaxPlaces) _problems.Add(new Problem(102, Severity.Warning, at, text));
    }

    private static bool HasMore(in Element whole, int count, Func<Element, int, Element> partOf)
    {
        for (var n = 2; n <= Math.Min(count, MaxParts); n++)
        {
            if (partOf(whole, n).HasValue) return true;
        }

        return false;
    }

    private static bool MayHaveNone(string id, int n) =>
        Texts.Contains((id, n)) || (id == "OBX" && n == 5)
        || (Hl7Fields.ShapeOf(id, n) is { IsOnePart: true } && !Numbers.Contains((id, n)));

    private static bool IsText(Segment segment, string id, int field) =>
        Texts.Contains((id, field)) || (id == "OBX" && field == 5 && segment.Field(2).Unpadded is { } type && TextTypes.Contains(type));

    /// <summary>A code, its text and its system: what the field is in the latest versions.</summary>
    private static bool IsCoded(in Element field) => field.ComponentCount is >= 3 and <= 22 && field.Component(3).HasValue;

    private static (byte[] Name, string Character)? EntityAt(in Element part)
    {
        foreach (var entity in Entities)
        {
            if (part.Raw.StartsWith(entity.Name)) return entity;
        }

        return null;
    }

    /// <summary>Where something is told of, which becomes a location when it is.</summary>
    private readonly record struct Place(Segment Segment, string Id, int Field, int? Repetition = null, int? Component = null)
    {
        public ErrorLocation Location => new(Id, Segment.Occurrence, Field, Repetition, Component);
    }
}
