namespace CloudPacs.Mapping.Findings;

/// <summary>"Did you mean"; the nearest by edit distance.</summary>
internal static class Hints
{
    /// <summary>A sentence that offers the nearest of the known words, or lists them when there are few, else the fallback.</summary>
    public static string DidYouMean(string word, IEnumerable<string> known, string otherwise = "")
    {
        string? best = null;
        var bestDistance = Math.Max(1, word.Length / 2) + 1;
        var words = known.ToList();
        // A word that goes on, or was written too long, is nearer than its number of letters says.
        best = words.Where(candidate => word.Length > 2
            && (candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            || (candidate.Length > 2 && word.StartsWith(candidate, StringComparison.OrdinalIgnoreCase))))
            .MinBy(candidate => Math.Abs(candidate.Length - word.Length));
        if (best is not null) bestDistance = Math.Min(bestDistance, 2);
        foreach (var candidate in words)
        {
            if (Math.Abs(candidate.Length - word.Length) >= bestDistance) continue;
            var distance = EditDistance.Between(word, candidate);
            if (distance >= bestDistance) continue;
            (best, bestDistance) = (candidate, distance);
        }

        if (best is not null) return $"Did you mean {best}?";
        if (otherwise.Length > 0) return otherwise;
        return words.Count switch
        {
            0 => "Nothing of that kind is known here.",
            <= 12 => $"Known here: {string.Join(", ", words.Order(StringComparer.Ordinal))}.",
            _ => "No known name is near to it.",
        };
    }
}
