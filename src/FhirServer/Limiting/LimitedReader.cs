using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>Reads for a caller with limits: what it may not see is not there.</summary>
/// <param name="reader">Reads.</param>
/// <param name="limits">What the caller may see.</param>
/// <param name="letter">What it reads for: <c>r</c> to be shown it, <c>u</c> to change it.</param>
internal sealed class LimitedReader(IFhirReader reader, ResourceLimits limits, char letter) : IFhirReader
{
    public async Task<FhirResourceRow?> ReadAsync(string type, string id, string? facility, CancellationToken cancellationToken)
    {
        limits.Demand(letter, type);
        return Seen(await reader.ReadAsync(type, id, facility, cancellationToken));
    }

    public async Task<FhirResourceRow?> ReadVersionAsync(
        string type, string id, int version, string? facility, CancellationToken cancellationToken)
    {
        // A version of before may have been about somebody else, and so may the one of now.
        if (limits.Demand(letter, type).Count > 0 && await ReadAsync(type, id, facility, cancellationToken) is null) return null;
        return Seen(await reader.ReadVersionAsync(type, id, version, facility, cancellationToken));
    }

    private FhirResourceRow? Seen(FhirResourceRow? found) => found is not null && limits.Admits(letter, found) ? found : null;
}
