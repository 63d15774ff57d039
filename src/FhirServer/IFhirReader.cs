using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer;

/// <summary>
/// Where stored resources are read from: one index probe, no parsing. What a caller may not see is not there. A facility of null sees all.
/// </summary>
public interface IFhirReader
{
    /// <summary>The current version, also of a deleted resource; null when there never was one.</summary>
    Task<FhirResourceRow?> ReadAsync(string type, string id, string? facility, CancellationToken cancellationToken);

    /// <summary>One version, also an old or a deleted one.</summary>
    Task<FhirResourceRow?> ReadVersionAsync(string type, string id, int version, string? facility, CancellationToken cancellationToken);
}
