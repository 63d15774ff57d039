using System.Globalization;

namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>Lengths and cuts in characters as DICOM counts them (PS3.5 6.2: characters, not bytes): Unicode scalar values here.</summary>
internal static class TextLimit
{
    public static int Length(string text)
    {
        var surrogatePairs = 0;
        for (var i = 1; i < text.Length; i++)
            if (char.IsSurrogatePair(text[i - 1], text[i])) surrogatePairs++;
        return text.Length - surrogatePairs;
    }

    /// <summary>At most <paramref name="limit"/> characters, ending at the end of a text element (UAX 29) and without a trailing space.</summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit || Length(text) <= limit) return text;
        int taken = 0, characters = 0;
        while (taken < text.Length)
        {
            var size = StringInfo.GetNextTextElementLength(text, taken);
            characters += Length(text.Substring(taken, size));
            if (characters > limit) break;
            taken += size;
        }
        return text[..taken].TrimEnd();
    }
}
