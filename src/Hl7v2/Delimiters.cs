using CloudPacs.Hl7v2.Writing;

namespace CloudPacs.Hl7v2;

/// <summary>
/// The separators that a message declares in MSH-1 and MSH-2 (HL7 v2.5.1 2.5.4); 0 stands for a function that the message does not have.
/// </summary>
public readonly record struct Delimiters(byte Field, byte Component, byte Repetition, byte Escape, byte SubComponent, byte Truncation = 0)
{
    private static readonly Problem NoEncodingCharacters = new(
        101, Severity.Warning, new("MSH", 1, 2), "MSH-2 is empty; the usual encoding characters ^~\\& were taken.");

    private static readonly Problem NoEscapeCharacter = new(
        102, Severity.Warning, new("MSH", 1, 2), "MSH-2 has three characters: & was read as the sub-component separator; nothing escapes.");

    /// <summary><c>|^~\&amp;</c>, as recommended by the standard.</summary>
    public static Delimiters Default { get; } = new((byte)'|', (byte)'^', (byte)'~', (byte)'\\', (byte)'&');

    /// <summary>Text as it may stand in a field: separators and control characters are escape sequences (HL7 v2.5.1 2.7).</summary>
    public string EscapeText(string text) => EscapeWriter.Escape(text, this, isFormatted: false);

    public bool IsSeparator(byte value) =>
        value != 0 && (value == Field || value == Component || value == Repetition || value == SubComponent);

    /// <summary>Reads the separators from the header segment, which starts with its id.</summary>
    /// <param name="header">The segment.</param>
    /// <param name="delimiters">What it declares.</param>
    /// <param name="assumption">What MSH-2 does not say and was taken; null for nothing.</param>
    internal static Problem? Read(ReadOnlySpan<byte> header, out Delimiters delimiters, out Problem? assumption)
    {
        delimiters = default;
        assumption = null;
        if (header.Length < 4 || !IsAllowed(header[3]))
            return new(102, Severity.Error, new("MSH", 1, 1), "MSH-1, the character after MSH, must be a separator such as '|'.");

        var field = header[3];
        var encoding = header[4..];
        var end = encoding.IndexOf(field);
        if (end >= 0) encoding = encoding[..end];
        encoding = encoding.TrimEnd((byte)' ');
        if (encoding.IsEmpty)
        {
            assumption = NoEncodingCharacters;
            encoding = "^~\\&"u8;
        }

        Span<byte> found = stackalloc byte[5];
        found.Clear();
        var count = 0;
        foreach (var sign in encoding)
        {
            // A layer that escapes backslashes has sent the escape character twice.
            if (count == 3 && sign == found[2]) continue;
            var isGood = IsAllowed(sign) && sign != field && !found[..count].Contains(sign);
            // The fifth (truncation, 2.7) is often what an XML layer left there: not understood means not there.
            if (count == 5 || (!isGood && count == 4)) break;
            if (!isGood)
                return new(102, Severity.Error, new("MSH", 1, 2),
                    "The encoding characters in MSH-2 must be different signs, without letters, digits or blanks.");
            found[count++] = sign;
        }

        // Who leaves out the escape character still means sub-components by the sign that is theirs everywhere.
        if (count == 3 && found[2] == (byte)'&')
        {
            assumption = NoEscapeCharacter;
            (found[2], found[3]) = (0, (byte)'&');
        }

        delimiters = new(field, found[0], found[1], found[2], found[3], found[4]);
        return null;
    }

    private static bool IsAllowed(byte value) =>
        value is > 0 and < 0x7F and not ((byte)'\r' or (byte)'\n' or (byte)' ') && !char.IsAsciiLetterOrDigit((char)value);
}
