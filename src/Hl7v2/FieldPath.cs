using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CloudPacs.Hl7v2;

/// <summary>An address in a message, <c>SEG[n]-F[rep].C.S</c>, every number from 1: <c>PID-3[2].4.2</c>. Parse once, use often.</summary>
/// <param name="Segment">Three characters, upper case.</param>
/// <param name="Occurrence">Among the segments of that id in the message.</param>
/// <param name="Field">From 1; MSH-1 is the separator itself.</param>
/// <param name="Repetition">0 when not given: the field as a whole, or its first repetition when a component is asked for.</param>
/// <param name="Component">0 when not given.</param>
/// <param name="SubComponent">0 when not given.</param>
public readonly record struct FieldPath(
    string Segment, int Occurrence, int Field, int Repetition = 0, int Component = 0, int SubComponent = 0)
{
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static FieldPath Parse(string text) =>
        TryParse(text, out var path) ? path : throw new FormatException($"'{text}' is not a field address such as PID-3[2].4.2.");

    public static bool TryParse([NotNullWhen(true)] string? text, out FieldPath path)
    {
        path = default;
        if (text is null || text.Length < 5) return false;

        var id = text[..3].ToUpperInvariant();
        if (!char.IsAsciiLetter(id[0]) || !char.IsAsciiLetterOrDigit(id[1]) || !char.IsAsciiLetterOrDigit(id[2])) return false;

        var rest = text.AsSpan(3);
        int occurrence = 1, repetition = 0, component = 0, subComponent = 0;
        if (rest[0] == '[' && !TryTakeIndex(ref rest, out occurrence)) return false;
        if (!TryTake(ref rest, '-', out var field)) return false;
        if (rest is ['[', ..] && !TryTakeIndex(ref rest, out repetition)) return false;
        if (!rest.IsEmpty && !TryTake(ref rest, '.', out component)) return false;
        if (!rest.IsEmpty && !TryTake(ref rest, '.', out subComponent)) return false;
        if (!rest.IsEmpty) return false;

        path = new(id, occurrence, field, repetition, component, subComponent);
        return true;
    }

    /// <summary>The same place as written in ERR-2.</summary>
    public ErrorLocation ToErrorLocation()
    {
        var isBelowField = Component > 0 || Repetition > 1;
        return new(
            Segment,
            Occurrence,
            Field,
            isBelowField ? Math.Max(Repetition, 1) : null,
            Component > 0 ? Component : null,
            SubComponent > 0 ? SubComponent : null);
    }

    public override string ToString()
    {
        var text = Occurrence == 1 ? $"{Segment}-" : string.Create(CultureInfo.InvariantCulture, $"{Segment}[{Occurrence}]-");
        text += Field.ToString(CultureInfo.InvariantCulture);
        if (Repetition > 0) text += string.Create(CultureInfo.InvariantCulture, $"[{Repetition}]");
        if (Component > 0) text += string.Create(CultureInfo.InvariantCulture, $".{Component}");
        if (SubComponent > 0) text += string.Create(CultureInfo.InvariantCulture, $".{SubComponent}");
        return text;
    }

    private static bool TryTakeIndex(ref ReadOnlySpan<char> rest, out int number)
    {
        if (!TryTake(ref rest, '[', out number) || rest is not [']', ..]) return false;
        rest = rest[1..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, char lead, out int number)
    {
        number = 0;
        if (rest.IsEmpty || rest[0] != lead) return false;
        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = rest.Length - 1;
        if (digits is 0 or > 6) return false;
        number = int.Parse(rest.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[(1 + digits)..];
        return number > 0;
    }
}
