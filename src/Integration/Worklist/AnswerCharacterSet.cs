using System.Collections.Concurrent;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Which Specific Character Set an answer is written in: the one that the site has set for the station; else the request's when it can write
/// every value; else, when the request named none, the default. What the set cannot write is transliterated by the writer, never <c>?</c> silently.
/// </summary>
internal static class AnswerCharacterSet
{
    private static readonly ConcurrentDictionary<string, SpecificCharacterSet> Parsed = new(StringComparer.Ordinal);

    public static SpecificCharacterSet Choose(DataSet answer, StationProfile profile, string requested)
    {
        if (profile.ConfiguredCharacterSet is { } configured) return Get(configured);
        return requested.Trim('\\', ' ').Length == 0 ? Get(profile.DefaultCharacterSet) : Get(requested);
    }

    private static SpecificCharacterSet Get(string definedTerms)
    {
        // Bounded: peers could invent terms for ever.
        if (Parsed.Count > 256) Parsed.Clear();
        return Parsed.GetOrAdd(definedTerms, static terms => SpecificCharacterSet.Parse(terms.Split('\\')));
    }
}
