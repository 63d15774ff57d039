using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Looks through a message, before the rules read it, for delimiters where the standard has none: text that was not escaped, and parts that
/// nobody reads.
/// </summary>
internal static class FieldReview
{
    /// <summary>The message as it was meant; the same one when there is nothing to mend.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="reads">What the rules read.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static Message Read(Message message, FieldReads reads, List<Problem> problems)
    {
        List<int>? unusual = null;
        for (var i = 0; i < message.SegmentCount; i++)
        {
            if (!IsAsUsual(message, message[i])) (unusual ??= []).Add(i);
        }

        if (unusual is null) return message;
        var meant = UnescapedText.Mend(message, unusual, problems);
        new UnreadParts(reads, problems).Tell(meant, unusual);
        return meant;
    }

    /// <summary>Whether there are components only in fields that may have them, and nothing else: as in nearly every segment.</summary>
    private static bool IsAsUsual(Message message, Segment segment)
    {
        if (segment.Is("MSH")) return true;
        var delimiters = message.Delimiters;
        var raw = segment.Raw;
        if (raw.Contains(delimiters.SubComponent) || raw.Contains(delimiters.Repetition)) return false;
        var next = raw.IndexOf(delimiters.Component);
        if (next < 0) return true;
        var ofOnePart = TextFields.WithoutComponents(Hl7Fields.NameOf(segment.Id));
        for (int at = 0, field = 0; ;)
        {
            field += raw.Slice(at, next).Count(delimiters.Field);
            if ((ofOnePart & FieldIndex.BitOf(field)) != 0) return false;
            at += next;
            // On to the next field, and from there to the next component.
            var end = raw[at..].IndexOf(delimiters.Field);
            if (end < 0) return true;
            at += end;
            next = raw[at..].IndexOf(delimiters.Component);
            if (next < 0) return true;
        }
    }
}
