namespace CloudPacs.Dicom.Matching;

/// <summary>
/// Wild card matching of PS3.4 C.2.2.2.4: <c>*</c> any run including none, <c>?</c> exactly one character; there is no escape.
/// </summary>
public static class Wildcard
{
    public static bool IsIn(ReadOnlySpan<char> key) => key.IndexOfAny('*', '?') >= 0;

    /// <summary>
    /// Whether <paramref name="text"/> matches; time is bounded by the product of the lengths, memory by nothing but two marks.
    /// </summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                // A character outside the basic plane is one character to the person who typed '?'.
                t += pattern[p] == '?' && IsPair(text, t) ? 2 : 1;
                p++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = mark += IsPair(text, mark) ? 2 : 1;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>The literal text before the first wild card.</summary>
    public static ReadOnlySpan<char> Prefix(ReadOnlySpan<char> pattern)
    {
        var end = pattern.IndexOfAny('*', '?');
        return end < 0 ? pattern : pattern[..end];
    }

    private static bool IsPair(ReadOnlySpan<char> text, int at) =>
        at + 1 < text.Length && char.IsHighSurrogate(text[at]) && char.IsLowSurrogate(text[at + 1]);
}
