using System.Text.RegularExpressions;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Compares one value with what a test expects: exact text, <c>""</c> (there, zero length), <c>absent</c>, <c>re:</c> pattern, <c>a or
/// b</c>.
/// </summary>
internal static class Expected
{
    private const string Absent = "absent";
    private const string Pattern = "re:";

    /// <param name="actual">Null = not there.</param>
    public static bool Matches(string expected, string? actual)
    {
        if (expected == Absent) return actual is null;
        if (actual is null) return false;
        if (actual == expected) return true;
        if (expected.StartsWith(Pattern, StringComparison.Ordinal))
            return Regex.IsMatch(actual, expected[Pattern.Length..], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return expected.Contains(" or ", StringComparison.Ordinal) && expected.Split(" or ").Contains(actual);
    }

    /// <summary>A difference in words; null when there is none.</summary>
    public static string? Difference(string path, string expected, string? actual) =>
        Matches(expected, actual) ? null : $"{path}: expected {Show(expected)}, got {(actual is null ? Absent : Show(actual))}";

    private static string Show(string value) => value.Length == 0 ? "\"\"" : value;
}
