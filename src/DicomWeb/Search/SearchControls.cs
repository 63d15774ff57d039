using System.Globalization;

namespace CloudPacs.DicomWeb.Search;

/// <summary>The parameters that all searches have (PS3.18 8.3.4): the part of the answer, and ways of matching.</summary>
/// <param name="leastLimit">The smallest <c>limit</c> that has a meaning.</param>
public sealed class SearchControls(int leastLimit)
{
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    /// <summary>Matches to pass over.</summary>
    public int Offset { get; private set; }

    /// <summary>Most matches wanted; null when that is left to the server.</summary>
    public int? Limit { get; private set; }

    /// <summary>Names are to be found by what sounds or begins alike.</summary>
    public bool IsFuzzy => _flags.Contains("fuzzymatching");

    /// <summary>A key of two quotation marks means an attribute without a value.</summary>
    public bool MatchesEmpty => _flags.Contains("emptyvaluematching");

    /// <summary>A key of several values means any of them.</summary>
    public bool MatchesSeveral => _flags.Contains("multiplevaluematching");

    /// <param name="fault">What is wrong with the value, as a sentence; null when nothing is.</param>
    /// <returns>Whether the parameter is one of these.</returns>
    public bool TryTake(string name, string value, out string? fault)
    {
        fault = null;
        switch (name)
        {
            case "limit":
                fault = TakeNumber(name, value, leastLimit, out var limit);
                if (fault is null) Limit = limit;
                return true;
            case "offset":
                fault = TakeNumber(name, value, 0, out var offset);
                if (fault is null) Offset = offset;
                return true;
            case "fuzzymatching" or "emptyvaluematching" or "multiplevaluematching":
                if (value is not ("true" or "false")) fault = $"{name} must be true or false.";
                else if (value == "true") _flags.Add(name);
                return true;
            default: return false;
        }
    }

    /// <summary>A warning for each way of matching that was asked for and that the service does not know.</summary>
    public IEnumerable<string> Warnings(bool isFuzzyKnown, bool isEmptyKnown, bool isSeveralKnown)
    {
        if (IsFuzzy && !isFuzzyKnown)
            yield return "The fuzzymatching parameter is not supported. Only literal matching has been performed.";
        if (MatchesEmpty && !isEmptyKnown)
            yield return "The emptyvaluematching parameter is not supported. Empty Value Matching has not been performed.";
        if (MatchesSeveral && !isSeveralKnown)
            yield return "The multiplevaluematching parameter is not supported. Multiple Value Matching has not been performed.";
    }

    /// <summary>What a page that is not the last one says (PS3.18 8.3.4.4.1); null for the last.</summary>
    /// <param name="remaining">Matches after the page.</param>
    /// <param name="isCounted">Whether there are no more than those.</param>
    public static string? MoreResults(long remaining, bool isCounted)
    {
        if (remaining <= 0) return null;
        var number = isCounted ? remaining.ToString(CultureInfo.InvariantCulture) + " " : "";
        return $"There are {number}additional results that can be requested";
    }

    private static string? TakeNumber(string name, string value, int least, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least
            ? null
            : $"{name} must be a whole number from {least} on.";
}
