using System.Collections.Concurrent;
using CloudPacs.Dicom;

namespace CloudPacs.Worklist;

/// <summary>
/// Which Specific Character Set answers are written in: the one that the site has set for the station; else the request's; else, when the
/// request named none, the default. What the set cannot write is transliterated by the writer, never <c>?</c> silently.
/// </summary>
internal static class AnswerCharacterSet
{
    private static readonly ConcurrentDictionary<string, SpecificCharacterSet> Parsed = new(StringComparer.Ordinal);

    public static SpecificCharacterSet Choose(StationProfile profile, IReadOnlyList<string> requested)
    {
        if (profile.ConfiguredCharacterSet is { } configured) return Get(configured);
        return Get(requested.All(static term => term.Length == 0) ? profile.DefaultCharacterSet : string.Join('\\', requested));
    }

    /// <summary>The one that the site has set for the station, or the default.</summary>
    public static SpecificCharacterSet Of(StationProfile profile) => Get(profile.ConfiguredCharacterSet ?? profile.DefaultCharacterSet);

    private static SpecificCharacterSet Get(string definedTerms)
    {
        // Bounded: peers could invent terms for ever.
        if (Parsed.Count > 256) Parsed.Clear();
        return Parsed.GetOrAdd(definedTerms, static terms => SpecificCharacterSet.Parse(terms.Split('\\')));
    }
}
