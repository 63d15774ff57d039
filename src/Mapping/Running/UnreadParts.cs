using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Tells of repetitions and components that nobody reads: those that a field cannot have, and those that no rule asks for.
/// </summary>
internal sealed class UnreadParts(FieldReads reads, List<Problem> problems)
{
    private const int MaxPlaces = 20;

    /// <summary>Parts of one field that are looked at; whoever sends more of them does not mean them.</summary>
    private const int MaxParts = 1_000;

    private int _places;

    /// <param name="message">As it was meant.</param>
    /// <param name="segments">Where to look.</param>
    public void Tell(Message message, IReadOnlyList<int> segments)
    {
        foreach (var index in segments)
        {
            var segment = message[index];
            var (id, fields) = (Hl7Fields.NameOf(segment.Id), new FieldIndex(segment));
            for (var n = 1; n <= segment.FieldCount; n++)
            {
                var field = fields.Field(n);
                if (field.Length < 2 || field.Raw.IndexOfAny(message.Delimiters.Component, message.Delimiters.Repetition) < 0) continue;
                // Comments are read with all their delimiters.
                if (id == "NTE" && n == 3) continue;
                if (TextFields.IsText(segment, id, n, field)) continue;
                if (Hl7Fields.ShapeOf(id, n) is { } shape) Look(field, shape, new ErrorLocation(id, segment.Occurrence, n));
            }
        }
    }

    private void Look(in Element field, FieldShape shape, ErrorLocation at)
    {
        var (segment, number) = (at.Segment, at.Field!.Value);
        var isFirstOnly = !shape.Repeats || reads.IsFirstOnly(segment, number);
        if (isFirstOnly && HasMore(field, field.RepetitionCount, static (whole, n) => whole.Repetition(n)))
        {
            Add(at, shape.Repeats
                ? "Only the first repetition of this field is read."
                : "This field does not repeat: only its first repetition is read.");
        }


        if (TextFields.IsOnePart(segment, number, shape) && HasMore(field, field.ComponentCount, static (whole, n) => whole.Component(n)))
            Add(at, "The type of this field has no components: only its first one is read.");
    }

    private void Add(ErrorLocation at, string text)
    {
        if (_places++ < MaxPlaces) problems.Add(new Problem(102, Severity.Warning, at, text));
    }

    private static bool HasMore(in Element whole, int count, Func<Element, int, Element> partOf)
    {
        for (var n = 2; n <= Math.Min(count, MaxParts); n++)
        {
            if (partOf(whole, n).HasValue) return true;
        }

        return false;
    }
}
