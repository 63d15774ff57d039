using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// The words of a name that was written in one, without the titles before it and the degrees and generations behind it (XPN.4 to XPN.6,
/// HL7 v2.5.1 2.A.89), which a table tells: <c>prefix</c> or <c>suffix</c> for a word in any case, with or without a full stop.
/// </summary>
internal sealed class TitledWords(MapTable? titles)
{
    private readonly List<string> _before = [];

    /// <summary>What stood behind names so far, as it was written.</summary>
    public List<string> Behind { get; } = [];

    /// <summary>The words of a text that are names.</summary>
    public string[] Take(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (start, end) = (0, words.Length);
        while (start < end && Is(words[start], "prefix")) start++;
        while (end > start && Is(words[end - 1], "suffix")) end--;
        _before.AddRange(words[..start]);
        Behind.AddRange(words[end..]);
        return words[start..end];
    }

    /// <summary>The prefix with what stood before names, unless it says so already.</summary>
    public string? Before(string? prefix)
    {
        var found = string.Join(' ', _before);
        return found.Length == 0 || found.Equals(prefix, StringComparison.OrdinalIgnoreCase) ? prefix
            : prefix is null ? found : $"{prefix} {found}";
    }

    private bool Is(string word, string place) =>
        titles is not null && (titles.Find(word) ?? titles.Find(word.TrimEnd('.'))) is { } row && row.To == place;
}
