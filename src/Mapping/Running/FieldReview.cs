using System.Numerics;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Looks through a message, before the rules read it, for delimiters where the standard has none: text that was not escaped, and parts that
/// nobody reads. Segments that nobody reads because they came before, and fields that no rule reads, are told too.
/// </summary>
internal static class FieldReview
{
    /// <summary>The message as it was meant; the same one when there is nothing to mend.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="maps">The rules.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static Message Read(Message message, CompiledMaps maps, List<Problem> problems)
    {
        RepeatedSegments.Tell(message, problems);
        maps.Unread.Tell(message, ReportRuns.IsReport(message), problems);
        message = HiddenText.TakeOut(message, problems);
        List<FieldPlace>? places = null;
        for (var i = 0; i < message.SegmentCount; i++)
        {
            if (!message[i].Is("MSH")) Find(message[i], message.Delimiters, ref places);
        }

        if (places is null) return message;
        var meant = UnescapedText.Mend(message, places, problems);
        new UnreadParts(maps.Reads, problems).Tell(meant, places);
        return meant;
    }

    /// <summary>Finds the fields with delimiters in them; components alone are as usual in nearly all of them.</summary>
    private static void Find(Segment segment, Delimiters delimiters, ref List<FieldPlace>? places)
    {
        var raw = segment.Raw;
        var parts = raw.ContainsAny(delimiters.SubComponent, delimiters.Repetition)
            ? segment.FieldsWith(delimiters.SubComponent) | segment.FieldsWith(delimiters.Repetition)
            : 0;
        var components = segment.FieldsWith(delimiters.Component);
        if ((parts | components) == 0) return;
        var id = Hl7Fields.NameOf(segment.Id);
        var unusual = parts | (components & TextFields.WithoutComponents(id));
        for (; unusual != 0; unusual &= unusual - 1)
        {
            var n = BitOperations.TrailingZeroCount(unusual);
            // Comments are read with all their delimiters anyway.
            if (id == "NTE" && n == 3) continue;
            // All fields from the last bit on share it.
            var last = n == FieldIndex.LastBit ? segment.FieldCount : n;
            for (; n <= last; n++) (places ??= []).Add(new FieldPlace(segment.Index, id, n));
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
