using System.Buffers;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Characters in names and texts that nobody sees: they are taken out before anything is compared or shown, and told. Ids and codes are
/// left as they are; those that hold any are refused where they are read.
/// </summary>
internal static class HiddenText
{
    private const int MaxPlaces = 20;
    private const int MaxParts = 1_000;

    /// <summary>Bytes that such a character may begin with in UTF-8; texts of most scripts have none of them.</summary>
    private static readonly SearchValues<byte> Beginnings = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Except([0x09, 0x0A, 0x0C, 0x0D]).Select(static n => (byte)n),
        0x7F, 0xC2, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF, 0xF0, 0xF3]);

    /// <summary>The message without them; the same one when it has none.</summary>
    public static Message TakeOut(Message message, List<Problem> problems)
    {
        if (!MayHave(message.Text.Span)) return message;
        List<(int Start, int Length, byte[] Text)> replacements = [];
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            if (segment.Is("MSH") || !MayHave(segment.Raw)) continue;
            var name = Hl7Fields.NameOf(segment.Id);
            for (var n = 1; n <= Math.Min(segment.FieldCount, MaxParts); n++)
            {
                if (segment.Field(n) is { Length: > 0 } field && MayHave(field.Raw))
                    Look(field, new FieldPlace(i, name, n), replacements, problems);
            }
        }

        return replacements.Count == 0 ? message : message.With(replacements);
    }

    private static bool MayHave(ReadOnlySpan<byte> text) => text.ContainsAny(Beginnings) || text.IndexOf("\\X"u8) >= 0;

    private static void Look(
        in Element field, FieldPlace place, List<(int Start, int Length, byte[] Text)> replacements, List<Problem> problems)
    {
        var message = field.Message!;
        for (var r = 1; r <= Math.Min(field.RepetitionCount, MaxParts); r++)
        {
            var repetition = field.Repetition(r);
            for (var c = 1; c <= Math.Min(repetition.ComponentCount, MaxParts); c++)
            {
                if (!TextFields.IsShown(message[place.Segment], place.Id, place.Field, c)) continue;
                if (IsMended(repetition.Component(c), replacements) && problems.Count < MaxPlaces)
                    problems.Add(new Problem(102, Severity.Warning, place.In(message, r, c), Told));
            }
        }
    }

    private static bool IsMended(in Element component, List<(int Start, int Length, byte[] Text)> replacements)
    {
        var before = replacements.Count;
        for (var s = 1; s <= Math.Min(component.SubComponentCount, MaxParts); s++)
        {
            var part = component.SubComponent(s);
            if (!MayHave(part.Raw) || part.Text is not { } text) continue;
            var shown = HiddenCharacters.TakeOut(text);
            if (shown.Length == text.Length) continue;
            replacements.Add((part.Start, part.Length, Encoding.UTF8.GetBytes(component.Message!.Delimiters.EscapeText(shown))));
        }

        return replacements.Count > before;
    }

    private const string Told = "Characters that nobody sees (controls, directions, blanks without width) were taken out of this text.";
}
