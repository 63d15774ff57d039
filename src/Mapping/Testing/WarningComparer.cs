namespace CloudPacs.Mapping.Testing;

/// <summary>Compares warnings: each expected one must be the start of one that was given; an empty list allows none.</summary>
internal static class WarningComparer
{
    public static IReadOnlyList<string> Compare(IReadOnlyList<string> expected, IReadOnlyList<string> given)
    {
        if (expected.Count == 0) return [.. given.Select(warning => $"warnings: expected none, got {warning}")];
        return [.. expected.Where(start => !given.Any(warning => warning.StartsWith(start, StringComparison.Ordinal)))
            .Select(start => $"warnings: expected {start}, got {(given.Count == 0 ? "none" : string.Join("; ", given))}")];
    }
}
