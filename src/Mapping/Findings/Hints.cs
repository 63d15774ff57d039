namespace CloudPacs.Mapping.Findings;

/// <summary>"Did you mean" by edit distance (insert, delete, replace, swap of neighbours).</summary>
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
            var distance = Distance(word, candidate);
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

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var cost = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = Math.Min(cost, rows[i - 2, j - 2] + 1);
                rows[i, j] = cost;
            }
        }

        return rows[a.Length, b.Length];
    }
}
