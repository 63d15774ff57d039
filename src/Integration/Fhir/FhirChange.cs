using CloudPacs.Domain;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Fhir;

/// <summary>Writes of resources that no row of the domain shows, as one change: all of them or none.</summary>
/// <param name="writes">What is asked.</param>
/// <param name="clock">Gives the versions their time.</param>
/// <param name="ids">Ids of audit rows.</param>
internal sealed class FhirChange(FhirWrites writes, TimeProvider clock, IdSource ids) : Change
{
    private const string Actor = "FHIR";

    /// <summary>The versions of the last attempt.</summary>
    private List<FhirResourceRow> _written = [];

    /// <summary>What became of the writes, up to one that is refused; set when they were applied.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes { get; private set; } = [];

    public override WorkspaceKeys Keys { get; } = KeysOf(writes);

    /// <summary>
    /// The locks on the resources keep their order, so any one of them will do; those who look for the same meet in one lane instead of
    /// waiting for each other's locks.
    /// </summary>
    public override IReadOnlyList<string> Lanes { get; } =
    [
        writes.Writes[0] is ConditionalWrite { Criteria: var criteria }
            ? $"fhir:{criteria.Type}?{criteria.Text}"
            : $"fhir:{writes.Writes[0].Type}/{writes.Writes[0].Id}"
    ];

    /// <summary>The resources that were found, as they may have been changed before they are locked.</summary>
    public override WorkspaceKeys? MoreKeys(Workspace workspace)
    {
        if (Keys.Criteria.Count == 0) return null;
        var found = new WorkspaceKeys { KeepsPatients = true };
        foreach (var criteria in Keys.Criteria) found.Resources.UnionWith(workspace.Found(criteria));
        return found.IsEmpty ? null : found;
    }

    protected override Effects Apply(Workspace workspace)
    {
        // The commit of an attempt whose answer was lost may have taken place: its outcomes hold.
        if (_written.Count > 0 && _written.All(row => IsStored(workspace, row))) return Effects.None;
        var now = Milliseconds(clock.GetUtcNow());
        var outcomes = new List<WriteOutcome>(writes.Writes.Count);
        var written = new List<FhirResourceRow>();
        foreach (var step in WritePlan.Of(writes, workspace, now))
        {
            outcomes.Add(Do(step, workspace, now, written));
            if (outcomes[^1].Problem is not null) break;
        }

        Outcomes = outcomes;
        _written = [];
        if (outcomes[^1].Problem is not null) return Effects.None;
        _written = written;
        return new Effects { IsKept = true, Audit = [.. _written.Select(row => AuditOf(row, now))] };
    }

    /// <summary>The outcome of a step; the versions that it makes are added.</summary>
    private static WriteOutcome Do(WriteStep step, Workspace workspace, DateTimeOffset now, List<FhirResourceRow> written)
    {
        var last = step.Outcome;
        foreach (var write in step.Writes)
        {
            var outcome = write.Decide(workspace.FindFhir(write.Type, write.Id), now);
            if (outcome.Problem is not null) return outcome;
            last ??= outcome;
            if (outcome is not { IsWritten: true, Row: { } row }) continue;
            workspace.PutFhir(row);
            written.Add(row);
        }

        return last!;
    }

    private static bool IsStored(Workspace workspace, FhirResourceRow row) =>
        workspace.FindFhir(row.Type, row.Id) is { } stored && stored.Version == row.Version && stored.LastUpdated == row.LastUpdated
        && stored.Deleted == row.Deleted && stored.Content.Span.SequenceEqual(row.Content.Span);

    private AuditRow AuditOf(FhirResourceRow row, DateTimeOffset now) => new()
    {
        Id = ids.Next(),
        At = now,
        Action = row.Deleted ? AuditVerbs.ResourceDeleted : row.Version == 1 ? AuditVerbs.ResourceCreated : AuditVerbs.ResourceUpdated,
        Outcome = AuditOutcome.Success,
        Actor = Actor,
        Source = writes.Source,
        Entity = $"{row.Type}/{row.Id}",
        Resources = $"{row.Type}/{row.Id}/_history/{row.Version}",
    };

    /// <summary>What meta.lastUpdated says, and the row with it.</summary>
    private static DateTimeOffset Milliseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    private static WorkspaceKeys KeysOf(FhirWrites writes)
    {
        var keys = new WorkspaceKeys { KeepsPatients = true };
        foreach (var write in writes.Writes)
        {
            keys.Resources.Add((write.Type, write.Id));
            if (write is ConditionalUpdate { Draft.Id: { } id }) keys.Resources.Add((write.Type, id));
            if (write is ConditionalWrite conditional) keys.Criteria.Add(conditional.Criteria);
            if (write.Content is { } draft) keys.Identifiers.UnionWith(draft.Identifiers.Select(value => (write.Type, value)));
        }

        keys.Criteria.UnionWith(writes.References.Select(static reference => reference.Criteria));
        return keys;
    }
}
