using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Delimiters that senders did not escape although they are text (HL7 v2.5.1 2.7.1 lays that on the sender): where the data type of a field
/// or component has no further parts, the whole of it is taken as the text that was meant, and told.
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

    private readonly Message _message;
    private readonly List<Problem> _problems;
    private readonly List<(int Start, int Length, byte[] Text)> _replacements = [];

    private UnescapedText(Message message, List<Problem> problems) => (_message, _problems) = (message, problems);

    /// <summary>The message as it was meant; the same one when there is nothing to mend.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="places">Where to look.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static Message Mend(Message message, List<FieldPlace> places, List<Problem> problems)
    {
        var reading = new UnescapedText(message, problems);
        foreach (var place in places) reading.Look(place);
        return reading._replacements.Count == 0 ? message : message.With(reading._replacements);
    }

    private void Look(FieldPlace place)
    {
        var segment = _message[place.Segment];
        var field = segment.Field(place.Field);
        if (TextFields.IsText(segment, place.Id, place.Field, field)) TakeAsText(field, place);
        else if (field.Raw.Contains(_message.Delimiters.SubComponent) && Hl7Fields.ShapeOf(place.Id, place.Field) is { } shape)
            Look(field, shape, place);
    }

    private void Look(in Element field, FieldShape shape, FieldPlace place)
    {
        for (var r = 1; r <= Math.Min(field.RepetitionCount, MaxParts); r++)
        {
            var repetition = field.Repetition(r);
            for (var c = 1; c <= Math.Min(repetition.ComponentCount, MaxParts); c++)
            {
                // Behind the delimiter stands which section of a report it is (HL7 v2.5.1 7.2.4).
                if (place is { Id: "OBX", Field: 3 } && c == 1) continue;
                if (repetition.Component(c) is not { SubComponentCount: > 1 } component) continue;
                if (IsMended(component, shape.IsLeaf(c, repetition.ComponentCount), shape.IsTakenApart(c)))
                    TellText(place.In(_message, r, c));
            }
        }
    }

    /// <summary>Replaces the delimiters that are characters; whether there are any.</summary>
    private bool IsMended(in Element component, bool isLeaf, bool isTakenApart)
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

        return isMended;
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
    private void TakeAsText(in Element field, FieldPlace place)
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

        if (isMended) TellText(place.In(_message));
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

    private static (byte[] Name, string Character)? EntityAt(in Element part)
    {
        if (!part.Raw.Contains((byte)';')) return null;
        foreach (var entity in Entities)
        {
            if (part.Raw.StartsWith(entity.Name)) return entity;
        }

        return null;
    }
}
