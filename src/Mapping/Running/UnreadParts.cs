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

    private int _told;

    /// <param name="message">As it was meant.</param>
    /// <param name="places">Where to look.</param>
    public void Tell(Message message, List<FieldPlace> places)
    {
        foreach (var place in places)
        {
            var segment = message[place.Segment];
            var field = segment.Field(place.Field);
            if (TextFields.IsText(segment, place.Id, place.Field, field)) continue;
            if (Hl7Fields.ShapeOf(place.Id, place.Field) is { } shape) Look(field, shape, place, message);
        }
    }

    private void Look(in Element field, FieldShape shape, FieldPlace place, Message message)
    {
        var isFirstOnly = !shape.Repeats || reads.IsFirstOnly(place.Id, place.Field);
        if (isFirstOnly && HasMore(field, field.RepetitionCount, static (whole, n) => whole.Repetition(n)))
        {
            Add(place.In(message), shape.Repeats
                ? "Only the first repetition of this field is read."
                : "This field does not repeat: only its first repetition is read.");
        }

        if (TextFields.IsOnePart(place.Id, place.Field, shape)
            && HasMore(field, field.ComponentCount, static (whole, n) => whole.Component(n)))
            Add(place.In(message), "The type of this field has no components: only its first one is read.");
    }

    private void Add(ErrorLocation at, string text)
    {
        if (_told++ < MaxPlaces) problems.Add(new Problem(102, Severity.Warning, at, text));
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
