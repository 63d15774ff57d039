using CloudPacs.FhirServer;
using CloudPacs.Resources;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Gives the FHIR endpoint the resources of the database: the current version of an ImagingStudy with its instances, of which a former one
/// shows the number alone. An ImagingStudy of another facility than the caller's is not there.
/// </summary>
internal sealed class FhirReader(FhirQueries queries, StudyQueries studies, AuditEvents audit, ResourceCache? cache = null) : IFhirReader
{
    private const string Study = "ImagingStudy";

    public async Task<FhirResourceRow?> ReadAsync(string type, string id, string? facility, CancellationToken cancellationToken)
    {
        // The trail is of all facilities.
        if (type == AuditEvents.Type) return facility is null ? await audit.ReadAsync(id, cancellationToken).ConfigureAwait(false) : null;
        if (!await IsForAsync(type, id, facility, cancellationToken).ConfigureAwait(false)) return null;
        if (cache is null) return await ReadStoredAsync(type, id, cancellationToken).ConfigureAwait(false);
        if (cache.TryGet(type, id, out var known)) return known;
        var turn = cache.Turn(type, id);
        var found = await ReadStoredAsync(type, id, cancellationToken).ConfigureAwait(false);
        if (found is not null) cache.Add(found, turn);
        return found;
    }

    private async Task<FhirResourceRow?> ReadStoredAsync(string type, string id, CancellationToken cancellationToken) =>
        await queries.ReadAsync(type, id, cancellationToken).ConfigureAwait(false) is { } found
            ? ImagingStudyInstances.Complete(found)
            : null;

    public async Task<FhirResourceRow?> ReadVersionAsync(
        string type, string id, int version, string? facility, CancellationToken cancellationToken)
    {
        if (type == Study)
        {
            if (!await IsForAsync(type, id, facility, cancellationToken).ConfigureAwait(false)) return null;
            var current = await ReadAsync(type, id, facility: null, cancellationToken).ConfigureAwait(false);
            if (current?.Version == version) return current;
        }

        return await queries.ReadVersionAsync(type, id, version, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsForAsync(string type, string id, string? facility, CancellationToken cancellationToken) =>
        type != Study || facility is null
        || (Guid.TryParse(id, out var row) && await studies.IsForAsync(row, facility, cancellationToken).ConfigureAwait(false));
}
