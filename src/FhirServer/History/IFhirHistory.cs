using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.History;

/// <summary>Where versions of resources are listed from, the newest first.</summary>
public interface IFhirHistory
{
    /// <summary>A page of versions, or its beginning when they have <see cref="ContentLimit.Page"/> bytes.</summary>
    /// <param name="wanted">Which ones.</param>
    /// <param name="after">Where the page begins; null for the newest.</param>
    /// <param name="count">Length of the page.</param>
    Task<IReadOnlyList<FhirResourceRow>> ListAsync(
        FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken);

    /// <summary>How many there are; null when they are too many to be counted for a page.</summary>
    Task<int?> CountAsync(FhirVersions wanted, CancellationToken cancellationToken);

    /// <summary>How many resources each of some types has; one more than asked for when there are more, nothing for none.</summary>
    Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken);
}
