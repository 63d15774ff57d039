using System.Text;

namespace CloudPacs.FhirServer.Searching;

/// <summary>A parameter as it was given, decoded.</summary>
public sealed record GivenParameter(string Name, string Value)
{
    public string Encoded => $"{Uri.EscapeDataString(Name).Replace("%3A", ":", StringComparison.Ordinal)}={Uri.EscapeDataString(Value)}";
}

/// <summary>Reads the text after the question mark, or of a form, in its order (FHIR R4 search.html 3.1.1.2).</summary>
internal static class QueryText
{
    /// <exception cref="SearchException">An escape is no UTF-8, or there is a NUL.</exception>
    public static IEnumerable<GivenParameter> Read(string text)
    {
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decoded(at < 0 ? pair : pair[..at], pair);
            yield return new GivenParameter(name, at < 0 ? "" : Decoded(pair[(at + 1)..], name));
        }
    }

    private static string Decoded(string text, string parameter)
    {
        if (text.AsSpan().IndexOfAny("%+\0") < 0) return text;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = Convert.ToByte(text.Substring(i + 1, 2), 16);
                i += 2;
            }
            else if (text[i] == '+')
            {
                bytes[length++] = (byte)' ';
            }
            else
            {
                // A character may have two units.
                var units = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                length += Encoding.UTF8.GetBytes(text.AsSpan(i, units), bytes.AsSpan(length));
                i += units - 1;
            }
        }

        var decoded = bytes.AsSpan(0, length);
        if (!System.Text.Unicode.Utf8.IsValid(decoded) || decoded.Contains((byte)0))
            throw new SearchException("value", parameter, "The parameter is no UTF-8 text, or has a NUL in it.");
        return Encoding.UTF8.GetString(decoded);
    }
}
