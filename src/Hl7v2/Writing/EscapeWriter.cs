using System.Globalization;
using System.Text;

namespace CloudPacs.Hl7v2.Writing;

/// <summary>
/// Writes text so that it survives as a leaf of a message: separators and control characters become escape sequences (HL7 v2.5.1 2.7).
/// </summary>
internal static class EscapeWriter
{
    /// <param name="text">Plain text.</param>
    /// <param name="delimiters">Of the message. Without an escape character, what cannot be written becomes a blank.</param>
    /// <param name="isFormatted">FT: a line break is <c>\.br\</c>; elsewhere it is written in hex.</param>
    public static string Escape(string text, in Delimiters delimiters, bool isFormatted)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length; i++)
        {
            var sequence = SequenceFor(text, i, delimiters, isFormatted);
            if (sequence is null)
            {
                escaped?.Append(text[i]);
                continue;
            }

            escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
            if (delimiters.Escape == 0) escaped.Append(' ');
            else escaped.Append((char)delimiters.Escape).Append(sequence).Append((char)delimiters.Escape);
            if (isFormatted && text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n') i++;
        }

        return escaped?.ToString() ?? text;
    }

    private static string? SequenceFor(string text, int index, in Delimiters delimiters, bool isFormatted)
    {
        var value = text[index];
        if (value > 0x7E) return null;
        if (value is '\r' or '\n' && isFormatted) return ".br";
        // Beside CR, which ends the segment, the frame's own bytes VT and FS must not appear; ESC would be taken for a shift.
        if (value < ' ' && value != '\t') return string.Create(CultureInfo.InvariantCulture, $"X{(int)value:X2}");
        if (value == delimiters.Escape) return "E";
        if (value == delimiters.Field) return "F";
        if (value == delimiters.Component) return "S";
        if (value == delimiters.Repetition) return "R";
        if (value == delimiters.SubComponent) return "T";
        return value == delimiters.Truncation && index == text.Length - 1 ? "P" : null;
    }
}
