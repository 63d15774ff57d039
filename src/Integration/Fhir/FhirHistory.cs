using CloudPacs.FhirServer;
using CloudPacs.FhirServer.History;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Gives the FHIR endpoint the versions of resources. In the history of one ImagingStudy its current version has its instances, as when it
/// is read; elsewhere their number alone is told.
/// </summary>
internal sealed class FhirHistory(FhirVersionQueries versions, IFhirReader reader) : IFhirHistory
{
    /// <summary>So many are counted in a few milliseconds.</summary>
    private const int MostCounted = 10_000;

    public async Task<IReadOnlyList<FhirResourceRow>> ListAsync(
        FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken)
    {
        var found = await versions.ListAsync(wanted, after, count, cancellationToken).ConfigureAwait(false);
        if (wanted is not { Id: { } id, Types: ["ImagingStudy"] }) return found;
        var current = await reader.ReadAsync("ImagingStudy", id, wanted.Facility, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(row => row.Version == current?.Version ? current : row)];
    }

    public Task<int?> CountAsync(FhirVersions wanted, CancellationToken cancellationToken) =>
        versions.CountAsync(wanted, MostCounted, cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(
        IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken) =>
        versions.CountCurrentAsync(types, atMost, cancellationToken);
}
