using System.Text;

namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>Text made fit for one-line DICOM attributes (PS3.5 6.2: SH, LO, PN, UC).</summary>
internal static class DicomText
{
    /// <summary>Control characters become spaces, runs of spaces one, the value separator <c>\</c> a slash; ends are trimmed.</summary>
    public static string OneLine(string text)
    {
        var isClean = text.Length > 0 && text[0] != ' ' && text[^1] != ' ';
        for (var i = 0; i < text.Length && isClean; i++)
            isClean = text[i] != '\\' && !char.IsControl(text[i]) && !(text[i] == ' ' && text[i - 1] == ' ');
        if (isClean) return text;

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var kept = char.IsControl(c) ? ' ' : c == '\\' ? '/' : c;
            if (kept != ' ' || (clean.Length > 0 && clean[^1] != ' ')) clean.Append(kept);
        }
        return clean.ToString().TrimEnd();
    }
}
