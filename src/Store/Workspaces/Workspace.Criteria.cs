using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    private readonly Dictionary<ResourceCriteria, List<string>> _matches = [];
    private readonly Dictionary<FhirResourceRow, IndexRow?> _indexed = new(ReferenceEqualityComparer.Instance);

    /// <summary>Tells what resources are found by; null where nothing is looked for.</summary>
    internal IResourceIndex? Indexing { get; init; }

    /// <summary>
    /// The stored resources that met criteria when these were locked. What they are now is told by <see cref="Matching"/>, for which their
    /// keys are to be locked and read.
    /// </summary>
    public IEnumerable<(string Type, string Id)> Found(ResourceCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return _matches.GetValueOrDefault(criteria, []).Select(id => (criteria.Type, id));
    }

    /// <summary>The resources that meet criteria now, with what the changes before this one did in the same transaction.</summary>
    public ResourceMatches Matching(ResourceCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        if (_declared is not null && !_matches.ContainsKey(criteria))
            throw new InvalidOperationException(
                "Criteria were looked for that are not among the keys of the batch; declare them in WorkspaceKeys.");
        var stored = Found(criteria).ToList();
        // Which facility a study that was made a moment ago is of cannot be told from its resource.
        IEnumerable<(string Type, string Id)> added = criteria.Facility is null
            ? _fhirWrites.Where(row => row.Type == criteria.Type).Select(static row => (row.Type, row.Id))
            : [];
        List<FhirResourceRow> rows =
        [
            .. stored.Concat(added).Distinct().Select(key => FindFhir(key.Type, key.Id)).OfType<FhirResourceRow>()
                .Where(row => Meets(row, criteria))
        ];
        return new ResourceMatches(rows, IsUnsure: stored.Count == criteria.ReadLimit && rows.Count < criteria.Limit);
    }

    /// <returns>False when they were looked for already.</returns>
    internal bool BeginMatches(ResourceCriteria criteria) => _matches.TryAdd(criteria, []);

    internal void LoadMatch(ResourceCriteria criteria, string id) => _matches[criteria].Add(id);

    private bool Meets(FhirResourceRow row, ResourceCriteria criteria)
    {
        if (row.Deleted) return false;
        if (!_indexed.TryGetValue(row, out var values)) _indexed.Add(row, values = Indexing?.WholeOf(row));
        return values is not null && criteria.Conditions.All(condition => ConditionMatch.Meets(values, row.LastUpdated, condition));
    }
}
