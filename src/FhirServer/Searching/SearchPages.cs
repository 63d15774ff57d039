using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Where pages of searches begin.</summary>
internal static class SearchPages
{
    public static string Write(this PageSeal seal, SearchPosition position, string path, IEnumerable<GivenParameter> applied) =>
        seal.Write([position.Number, .. position.Values], ListOf(path, applied));

    /// <param name="orders">So many values tell the place beside its number.</param>
    /// <exception cref="SearchException">The text is none that was given for this search.</exception>
    public static SearchPosition Read(this PageSeal seal, string token, string path, IEnumerable<GivenParameter> applied, int orders) =>
        seal.Read(token, ListOf(path, applied)) is [var number, .. var values] && values.Length == orders
            ? new SearchPosition([.. values.Select(static value => value.GetString())], number.GetInt64())
            : throw new SearchException(
                "value", PageSeal.Parameter, "This is no page of this search: follow the links of its first page.");

    private static string ListOf(string path, IEnumerable<GivenParameter> applied) =>
        $"{path}?{string.Join('&', applied.Select(static parameter => parameter.Encoded))}";
}
