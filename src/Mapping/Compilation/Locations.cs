using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Finds where in the message a value stands, for ERR-2 and explain.</summary>
internal static class Locations
{
    /// <summary>The place of the culprit; when it came from nowhere, the first path of the rule.</summary>
    public static ErrorLocation? Of(EvalContext context, in MapValue culprit, PathExpression? firstPath) =>
        culprit.Origin is { Length: > 0 } origin
            ? Of(context.Message, origin.Start, origin.Length)
            : firstPath is null ? null : Of(context, firstPath);

    /// <summary>The place of a stretch of bytes: repetition, component and sub-component are left out when they say nothing more.</summary>
    public static ErrorLocation? Of(Message message, int start, int length)
    {
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            if (segment.Raw.IsEmpty || !message.Text.Span.Overlaps(segment.Raw, out var offset) || start < offset
                || start >= offset + segment.Raw.Length) continue;
            // A damaged line may have more before its first separator; the sender looks for the segment by its three characters.
            var id = Encoding.ASCII.GetString(segment.Id[..Math.Min(segment.Id.Length, 3)]).ToUpperInvariant();
            // As many separators stand before a field as its number says; in a header, whose first field is one, one less.
            var isHeader = segment.Is("MSH") || segment.Is("FHS") || segment.Is("BHS");
            var number = segment.Raw[..(start - offset)].Count(message.Delimiters.Field) + (isHeader ? 1 : 0);
            return segment.Field(number) is var field && start >= field.Start && start < field.Start + field.Length
                ? Inside(id, segment.Occurrence, number, field, start, length)
                : new ErrorLocation(id, segment.Occurrence);
        }

        return null;
    }

    /// <summary>As a path of the language: <c>OBR-18.1</c>.</summary>
    public static string? PathOf(Message message, int start, int length)
    {
        if (length == 0 || Of(message, start, length) is not { } at) return null;
        var repetition = at.Repetition is > 1 and var number ? number : 0;
        return new FieldPath(at.Segment, at.Occurrence, at.Field ?? 1, repetition, at.Component ?? 0, at.SubComponent ?? 0).ToString();
    }

    private static ErrorLocation Inside(string id, int occurrence, int number, Element field, int start, int length)
    {
        for (var r = 1; r <= field.RepetitionCount; r++)
        {
            var repetition = field.Repetition(r);
            if (start < repetition.Start || start >= repetition.Start + Math.Max(repetition.Length, 1)) continue;
            for (var c = 1; c <= repetition.ComponentCount; c++)
            {
                var component = repetition.Component(c);
                if (component.Length == 0 || start < component.Start || start >= component.Start + component.Length) continue;
                var isWhole = length > component.Length || (c == 1 && repetition.ComponentCount == 1 && component.SubComponentCount == 1);
                if (isWhole || (c == 1 && start == field.Start && length <= component.Length))
                    return new ErrorLocation(id, occurrence, number, r > 1 ? r : null);
                for (var s = 2; s <= component.SubComponentCount; s++)
                {
                    var sub = component.SubComponent(s);
                    if (sub.Length > 0 && start == sub.Start) return new ErrorLocation(id, occurrence, number, r, c, s);
                }

                return new ErrorLocation(id, occurrence, number, r, c);
            }

            return new ErrorLocation(id, occurrence, number, r > 1 ? r : null);
        }

        return new ErrorLocation(id, occurrence, number);
    }

    private static ErrorLocation Of(EvalContext context, PathExpression path)
    {
        var segment = new SegmentSelector(path.Segment, path.Scope, context.Group >= 0 ? RunLevel.Group : RunLevel.Patient).First(context);
        var occurrence = segment.Exists ? segment.Occurrence : 1;
        if (path.Field is not { } field) return new ErrorLocation(path.Segment, occurrence);
        if (field.Component <= 1) return new ErrorLocation(path.Segment, occurrence, field.Field);
        int? subComponent = field.SubComponent > 1 ? field.SubComponent : null;
        return new ErrorLocation(path.Segment, occurrence, field.Field, 1, field.Component, subComponent);
    }
}
