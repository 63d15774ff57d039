using System.Text;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Values with separators in them, which a backslash makes plain (FHIR R4 search.html 3.1.1.4.0.6).</summary>
internal static class EscapedText
{
    private const string Separators = ",|$\\";

    /// <summary>The parts between separators that no backslash stands before, still escaped.</summary>
    public static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    /// <exception cref="SearchException">A backslash stands before something else than a separator.</exception>
    public static string Plain(string text, string parameter)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && (++i == text.Length || !Separators.Contains(text[i], StringComparison.Ordinal)))
                throw new SearchException(
                    "value", parameter, "A backslash stands before a comma, a pipe, a dollar sign or a backslash only.");
            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
