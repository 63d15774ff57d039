using System.Text;

namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>
/// A media type or range with its parameters, read as clients write it: values with or without quotation marks (a slash needs none), names
/// in any case, blanks anywhere between.
/// </summary>
/// <param name="Type">Lower case, such as <c>multipart/related</c>.</param>
/// <param name="Parameters">
/// Names in lower case, values as written without quotation marks; of several with one name the first counts.
/// </param>
public sealed record MediaTypeText(string Type, IReadOnlyList<(string Name, string Value)> Parameters)
{
    public string? this[string name]
    {
        get
        {
            foreach (var parameter in Parameters)
                if (parameter.Name == name) return parameter.Value;
            return null;
        }
    }

    /// <summary>Reads one type, such as a Content-Type; null when it is none.</summary>
    public static MediaTypeText? Read(string? text)
    {
        if (text is null) return null;
        var sections = Split(text, ';');
        var type = sections[0].Trim().ToLowerInvariant();
        if (!IsType(type)) return null;
        var parameters = new List<(string, string)>(sections.Count - 1);
        foreach (var section in sections.Skip(1))
        {
            var equals = section.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) continue;
            parameters.Add((section[..equals].Trim().ToLowerInvariant(), Unquote(section[(equals + 1)..].Trim())));
        }

        return new(type, parameters);
    }

    /// <summary>The entries of a list, broken ones left out.</summary>
    public static IEnumerable<MediaTypeText> ReadList(string text)
    {
        foreach (var entry in Split(text, ','))
            if (Read(entry) is { } type) yield return type;
    }

    /// <summary>Cuts at the separator where it does not stand between quotation marks; marks that nothing closes count as text.</summary>
    private static List<string> Split(string text, char separator)
    {
        var sections = new List<string>();
        var start = 0;
        var isClosed = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (isClosed && text[i] == '"')
            {
                var end = EndOfQuoted(text, i);
                isClosed = end > 0;
                if (isClosed) i = end;
            }
            else if (text[i] == separator)
            {
                sections.Add(text[start..i]);
                start = i + 1;
            }
        }

        sections.Add(text[start..]);
        return sections;
    }

    private static int EndOfQuoted(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i;
        }

        return -1;
    }

    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"') return value;
        if (!value.Contains('\\', StringComparison.Ordinal)) return value[1..^1];
        var text = new StringBuilder(value.Length);
        for (var i = 1; i < value.Length - 1; i++)
        {
            if (value[i] == '\\' && i < value.Length - 2) i++;
            text.Append(value[i]);
        }

        return text.ToString();
    }

    private static bool IsType(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.IndexOf('/', slash + 1) < 0
            && text.All(static letter =>
                char.IsAsciiLetterOrDigit(letter) || "/!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
    }
}
