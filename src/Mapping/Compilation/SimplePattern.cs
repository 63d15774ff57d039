using System.Buffers;
using System.Globalization;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// A pattern that is a row of letters, digits, sets of them and dots, of which only the last may come any number of times, as in
/// <c>[0-9]{8}.*</c>: most are of this kind, and are told without a regular expression. Immutable.
/// </summary>
internal sealed class SimplePattern
{
    private const string SingleLine = "(?s)";
    private readonly List<Part> _parts = [];

    private SimplePattern()
    {
    }

    /// <summary>The pattern of a whole value; null when it is of another kind.</summary>
    public static SimplePattern? Read(string text)
    {
        var pattern = new SimplePattern();
        var isSingleLine = text.StartsWith(SingleLine, StringComparison.Ordinal);
        var rest = text.AsSpan(isSingleLine ? SingleLine.Length : 0);
        while (!rest.IsEmpty)
        {
            if (pattern._parts is [.., { IsOpen: true }] || ReadSet(ref rest, isSingleLine) is not { } part) return null;
            if (!ReadCount(ref rest, out var count, out var isOpen)) return null;
            pattern._parts.Add(part with { Count = count, IsOpen = isOpen });
        }

        return pattern;
    }

    /// <summary>Whether the whole value is as the pattern says.</summary>
    public bool Matches(ReadOnlySpan<char> value)
    {
        foreach (var part in _parts)
        {
            if (value.Length < part.Count) return false;
            var length = part.IsOpen ? value.Length : part.Count;
            if (!part.Fits(value[..length])) return false;
            value = value[length..];
        }

        return value.IsEmpty;
    }

    private static Part? ReadSet(ref ReadOnlySpan<char> rest, bool isSingleLine)
    {
        var length = rest[0] == '[' ? rest.IndexOf(']') + 1 : 1;
        if (length == 0) return null;
        var set = rest[..length];
        rest = rest[length..];
        if (set is ".") return new Part(null, isSingleLine);
        if (length > 2) set = set[1..^1];
        List<char> characters = [];
        for (var i = 0; i < set.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(set[i])) return null;
            var last = i + 2 < set.Length && set[i + 1] == '-' ? set[i + 2] : set[i];
            if (!char.IsAsciiLetterOrDigit(last) || last < set[i]) return null;
            for (var c = set[i]; c <= last; c++) characters.Add(c);
            if (last != set[i]) i += 2;
        }

        return new Part(SearchValues.Create([.. characters]), false);
    }

    /// <summary>What follows a set: nothing, <c>*</c>, <c>+</c>, <c>{8}</c> or <c>{8,}</c>.</summary>
    private static bool ReadCount(ref ReadOnlySpan<char> rest, out int count, out bool isOpen)
    {
        (count, isOpen) = (1, rest is ['*' or '+', ..]);
        if (isOpen)
        {
            if (rest[0] == '*') count = 0;
            rest = rest[1..];
        }
        else if (rest is ['{', ..])
        {
            var end = rest.IndexOf('}');
            if (end < 0) return false;
            isOpen = rest[end - 1] == ',';
            if (!int.TryParse(rest[1..(isOpen ? end - 1 : end)], NumberStyles.None, CultureInfo.InvariantCulture, out count)) return false;
            rest = rest[(end + 1)..];
        }

        // A further sign would change what this one means.
        return rest is not ['*' or '+' or '?' or '{', ..];
    }

    /// <param name="Set">The characters that fit; null for a dot.</param>
    /// <param name="TakesLineFeeds">A dot takes line feeds too.</param>
    private readonly record struct Part(SearchValues<char>? Set, bool TakesLineFeeds)
    {
        public int Count { get; init; }

        /// <summary>As many more as there are.</summary>
        public bool IsOpen { get; init; }

        public bool Fits(ReadOnlySpan<char> value) =>
            Set is null ? TakesLineFeeds || !value.Contains('\n') : !value.ContainsAnyExcept(Set);
    }
}
