using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.History;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Lists versions for a caller with limits: of a resource for who may read it, of more for who may search them all, as one version tells
/// nothing of what became of it.
/// </summary>
internal sealed class LimitedHistory(IFhirHistory history, ResourceLimits limits) : IFhirHistory
{
    public async Task<IReadOnlyList<FhirResourceRow>> ListAsync(
        FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken)
    {
        if (!IsLimited(wanted)) return await history.ListAsync(wanted, after, count, cancellationToken);
        var seen = new List<FhirResourceRow>();
        while (seen.Count < count && BytesOf(seen) < ContentLimit.Page)
        {
            var page = await history.ListAsync(wanted, after, count, cancellationToken);
            seen.AddRange(page.Where(version => limits.Admits('r', version)).Take(count - seen.Count));
            if (page.Count < count && BytesOf(page) < ContentLimit.Page) break;
            after = new FhirVersionPosition(page[^1].LastUpdated, page[^1].Type, page[^1].Id, page[^1].Version);
        }

        return seen;
    }

    private static long BytesOf(IEnumerable<FhirResourceRow> versions) => versions.Sum(static version => (long)version.Content.Length);

    public async Task<int?> CountAsync(FhirVersions wanted, CancellationToken cancellationToken) =>
        IsLimited(wanted) ? null : await history.CountAsync(wanted, cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(
        IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken) =>
        history.CountCurrentAsync([.. types.Where(type => limits.Find('s', type) is [])], atMost, cancellationToken);

    /// <exception cref="ForbiddenException">The caller may not.</exception>
    private bool IsLimited(FhirVersions wanted)
    {
        if (wanted.Id is not null) return limits.Demand('r', wanted.Types[0]).Count > 0;
        foreach (var type in wanted.Types)
        {
            if (limits.Demand('s', type).Count > 0) throw new ForbiddenException('s', type);
        }

        return false;
    }
}
