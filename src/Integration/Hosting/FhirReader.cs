using CloudPacs.FhirServer;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Integration.Hosting;

/// <summary>Gives the FHIR endpoint the resources of the database.</summary>
internal sealed class FhirReader(FhirQueries queries) : IFhirReader
{
    public Task<FhirResourceRow?> ReadAsync(string type, string id, CancellationToken cancellationToken) =>
        queries.ReadAsync(type, id, cancellationToken);

    public Task<FhirResourceRow?> ReadVersionAsync(string type, string id, int version, CancellationToken cancellationToken) =>
        queries.ReadVersionAsync(type, id, version, cancellationToken);
}
