using System.Globalization;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Profiles;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.Integration.Fhir;

/// <summary>The profiles, value sets and code systems that clients have stored.</summary>
internal sealed class SiteDefinitions(FhirQueries resources, IFhirSearch search) : ISiteDefinitions
{
    private static readonly string[] Types = ["StructureDefinition", "ValueSet", "CodeSystem"];

    public async Task<string> StampAsync(CancellationToken cancellationToken)
    {
        var (count, last) = await resources.StateOfAsync(Types, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{count} {last:O}");
    }

    public async Task<ReadOnlyMemory<byte>?> FindAsync(string canonical)
    {
        var address = canonical.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal);
        foreach (var type in Types)
        {
            var query = search.Queries.Read(type, [new GivenParameter("url", address)], isStrict: true);
            var request = new SearchRequest { Type = type, Conditions = query.Conditions, Limit = 1 };
            var found = await search.FindAsync(request, facility: null, CancellationToken.None).ConfigureAwait(false);
            if (found.Matches is [var first, ..]) return first.Resource.Content;
        }

        return null;
    }
}
