using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Targets;

/// <summary>Names of code systems: a row of the table <c>schemes</c> (v2 table 0396 to URI), a v2 or v3 table, or a URI.</summary>
internal static class Schemes
{
    private const string Table = "schemes";

    /// <summary>The URI of a scheme; null when it is not known.</summary>
    public static string? Find(string scheme, MapSettings settings)
    {
        if (scheme.StartsWith("http://", StringComparison.Ordinal) || scheme.StartsWith("https://", StringComparison.Ordinal) || scheme.StartsWith("urn:", StringComparison.Ordinal)) return scheme;
        if (scheme.Length == 7 && scheme.StartsWith("v2-", StringComparison.Ordinal) && scheme.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0) return "http://terminology.hl7.org/CodeSystem/" + scheme;
        if (scheme.Length > 3 && scheme.StartsWith("v3-", StringComparison.Ordinal)) return "http://terminology.hl7.org/CodeSystem/" + scheme;
        return settings.Tables.GetValueOrDefault(Table)?.Find(scheme) is { To.Length: > 0 } row ? row.To : null;
    }

    public static string HintFor(string scheme, MapSettings settings) =>
        Hints.DidYouMean(scheme, settings.Tables.GetValueOrDefault(Table)?.Rows.Select(row => row.From) ?? [], $"Add it to the table {Table}, or write its URI.");
}
