using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Validation;

/// <summary>
/// The codes of the value sets that R4 requires (FHIR R4 terminologies.html 4.1.6, required), where they can be counted; those that cannot,
/// such as media types and units, are not here.
/// </summary>
internal static class ValueSets
{
    private static readonly Lazy<Dictionary<string, NameTable>> Loaded = new(Load);

    /// <summary>The codes of a value set; null when they are not known.</summary>
    public static NameTable? Find(string canonical)
    {
        var version = canonical.IndexOf('|', StringComparison.Ordinal);
        return Loaded.Value.GetValueOrDefault(version < 0 ? canonical : canonical[..version]);
    }

    private static Dictionary<string, NameTable> Load() => TableResource.Lines("valuesets.tsv")
        .GroupBy(static line => line[0].Split('|')[0], StringComparer.Ordinal)
        .ToDictionary(
            static set => set.Key, static set => new NameTable([.. set.SelectMany(static line => line[2].Split(' ')).Distinct()]),
            StringComparer.Ordinal);
}
