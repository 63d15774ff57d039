using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.History;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>Lists versions for a caller with limits: of a resource for who may read it, of more for who may search them.</summary>
internal sealed class LimitedHistory(IFhirHistory history, FhirRights rights) : IFhirHistory
{
    public Task<IReadOnlyList<FhirResourceRow>> ListAsync(
        FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken)
    {
        Demand(wanted);
        return history.ListAsync(wanted, after, count, cancellationToken);
    }

    public Task<int?> CountAsync(FhirVersions wanted, CancellationToken cancellationToken)
    {
        Demand(wanted);
        return history.CountAsync(wanted, cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(
        IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken) =>
        history.CountCurrentAsync([.. types.Where(type => rights.Can('s', type))], atMost, cancellationToken);

    private void Demand(FhirVersions wanted)
    {
        foreach (var type in wanted.Types) rights.Demand(wanted.Id is null ? 's' : 'r', type);
    }
}
