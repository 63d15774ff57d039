using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Looks through a message, before the rules read it, for delimiters where the standard has none: text that was not escaped, and parts that
/// nobody reads. Segments that nobody reads because they came before are told too.
/// </summary>
internal static class FieldReview
{
    /// <summary>The message as it was meant; the same one when there is nothing to mend.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="reads">What the rules read.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static Message Read(Message message, FieldReads reads, List<Problem> problems)
    {
        RepeatedSegments.Tell(message, problems);
        List<FieldPlace>? places = null;
        for (var i = 0; i < message.SegmentCount; i++)
        {
            if (!message[i].Is("MSH")) Find(message[i], message.Delimiters, ref places);
        }

        if (places is null) return message;
        var meant = UnescapedText.Mend(message, places, problems);
        new UnreadParts(reads, problems).Tell(meant, places);
        return meant;
    }

    /// <summary>Goes from one field with delimiters in it to the next; components alone are as usual in nearly all of them.</summary>
    private static void Find(Segment segment, Delimiters delimiters, ref List<FieldPlace>? places)
    {
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
                ofOnePart = TextFields.WithoutComponents(id);
            }

            // Comments are read with all their delimiters anyway.
            var isUnusual = (ofOnePart & FieldIndex.BitOf(n)) != 0
                || rest.Contains(delimiters.SubComponent) || rest.Contains(delimiters.Repetition);
            if (isUnusual && !(id == "NTE" && n == 3)) (places ??= []).Add(new FieldPlace(segment.Index, id, n));
            if (end < 0) return;
            at += end;
        }
    }
}

/// <summary>A field of the message.</summary>
/// <param name="Segment">Number of its segment in the message.</param>
/// <param name="Id">Name of the segment.</param>
/// <param name="Field">Number of the field.</param>
internal readonly record struct FieldPlace(int Segment, string Id, int Field)
{
    public ErrorLocation In(Message message, int? repetition = null, int? component = null) =>
        new(Id, message[Segment].Occurrence, Field, repetition, component);
}
