using CloudPacs.FhirServer;
using CloudPacs.Resources;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// Gives the FHIR endpoint the resources of the database: the current version of an ImagingStudy with its instances, of which a former one
/// shows the number alone.
/// </summary>
internal sealed class FhirReader(FhirQueries queries, StudyQueries studies) : IFhirReader
{
    private const string Study = "ImagingStudy";

    public async Task<FhirResourceRow?> ReadAsync(string type, string id, CancellationToken cancellationToken)
    {
        var found = await queries.ReadAsync(type, id, cancellationToken);
        if (found is not { Type: Study, Deleted: false }
            || ImagingStudyInstances.CountIn(found.Content) is 0 or > ImagingStudyInstances.Most || !Guid.TryParse(id, out var row))
            return found;
        var instances = await studies.ListInstancesAsync(row, cancellationToken);
        return found with { Content = ImagingStudyInstances.Put(found.Content, instances) };
    }

    public async Task<FhirResourceRow?> ReadVersionAsync(string type, string id, int version, CancellationToken cancellationToken) =>
        type == Study && await ReadAsync(type, id, cancellationToken) is { } current && current.Version == version
            ? current
            : await queries.ReadVersionAsync(type, id, version, cancellationToken);
}
