using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Reads the criteria of conditional writes (FHIR R4 http.html 3.1.0.8.1): parameters of a search, of which none may be passed over.
/// </summary>
internal static class CriteriaReader
{
    private static readonly HashSet<string> OfTheAnswer = ["_format", "_pretty"];

    private static readonly HashSet<string> OfResults =
    [
        "_count", "_total", "_sort", "_include", "_revinclude", "_summary", "_elements", "_contained", "_containedType", "_page",
    ];

    /// <param name="queries">Reads searches.</param>
    /// <param name="address">Address of the server as the client knows it.</param>
    /// <param name="type">The type that the resource is of.</param>
    /// <param name="text">The criteria as the text after a question mark.</param>
    /// <param name="facility">Of which facility the caller is; null when callers are not told apart.</param>
    /// <param name="limit">More matches than this are not told apart.</param>
    /// <exception cref="SearchException">The criteria are none, or cannot be used so.</exception>
    public static ResourceCriteria Read(
        SearchQueryReader queries, string address, string type, string text, string? facility, int limit)
    {
        var given = QueryText.Read(text).Where(static one => !OfTheAnswer.Contains(one.Name)).ToList();
        if (given.Count == 0) throw new SearchException("required", "criteria", "There are no criteria: every resource would meet them.");
        if (given.Find(static one => OfResults.Contains(one.Name.Split(':')[0])) is { } result)
            throw new SearchException("value", result.Name, $"{result.Name} is about the result of a search, and is no criterion.");
        var query = queries.At(address, given).Read(type, given, isStrict: true);
        for (var i = 0; i < query.Conditions.Count; i++)
        {
            if (!ConditionMatch.CanTell(query.Conditions[i]))
                throw new SearchException(
                    "not-supported", given[i].Name, "Criteria are about the resource itself: not about others that it is connected with.");
        }

        if (!query.Conditions.Any(IsFoundByIndex))
            throw new SearchException(
                "too-costly", given[0].Name,
                "Nothing is said of what the resource has: give an identifier, a code, a reference, a text or a date.");
        return new ResourceCriteria
        {
            Type = type,
            Conditions = query.Conditions,
            Text = string.Join('&', given.Select(static one => one.Encoded).Distinct().Order(StringComparer.Ordinal)),
            Identifiers = given.Find(static one => one.Name == "identifier") is { } identifier ? ValuesOf(identifier) : [],
            Facility = facility,
            Limit = limit,
        };
    }

    /// <summary>Whether a condition leads to few resources, instead of being asked of each.</summary>
    private static bool IsFoundByIndex(SearchCondition condition) => condition switch
    {
        EitherCondition either => either.AnyOf.All(IsFoundByIndex),
        TextCondition text => !text.Anywhere,
        NotCondition or PresenceCondition or ChangedCondition => false,
        _ => true,
    };

    /// <summary>The values without their systems; none when one of the alternatives is a system alone.</summary>
    private static List<string> ValuesOf(GivenParameter identifier)
    {
        var values = EscapedText.Split(identifier.Value, ',').FindAll(static one => one.Length > 0)
            .ConvertAll(one => EscapedText.Plain(EscapedText.Split(one, '|')[^1], identifier.Name));
        return values.Contains("") ? [] : [.. values.Distinct()];
    }
}
