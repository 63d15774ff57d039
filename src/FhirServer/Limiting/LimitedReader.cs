using CloudPacs.FhirServer.Access;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Reads for a caller with limits. Whoever may do anything with a type may have it read on the way, a patch for one; that an answer shows
/// it needs the right to read, which the route asks for.
/// </summary>
internal sealed class LimitedReader(IFhirReader reader, FhirRights rights) : IFhirReader
{
    private const string Letters = "rsudc";

    public Task<FhirResourceRow?> ReadAsync(string type, string id, string? facility, CancellationToken cancellationToken)
    {
        Demand(type);
        return reader.ReadAsync(type, id, facility, cancellationToken);
    }

    public Task<FhirResourceRow?> ReadVersionAsync(
        string type, string id, int version, string? facility, CancellationToken cancellationToken)
    {
        Demand(type);
        return reader.ReadVersionAsync(type, id, version, facility, cancellationToken);
    }

    private void Demand(string type)
    {
        if (!Letters.Any(letter => rights.Can(letter, type))) throw new ForbiddenException('r', type);
    }
}
