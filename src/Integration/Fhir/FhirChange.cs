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
    private IReadOnlyList<FhirResourceRow> _written = [];

    /// <summary>What became of the writes, up to one that is refused; set when they were applied.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes { get; private set; } = [];

    public override WorkspaceKeys Keys { get; } = KeysOf(writes);

    /// <summary>The locks on the resources keep their order, so any one of them will do.</summary>
    public override IReadOnlyList<string> Lanes { get; } = [$"fhir:{writes.Writes[0].Type}/{writes.Writes[0].Id}"];

    protected override Effects Apply(Workspace workspace)
    {
        // The commit of an attempt whose answer was lost may have taken place: its outcomes hold.
        if (_written.Count > 0 && _written.All(row => IsStored(workspace, row))) return Effects.None;
        var now = Milliseconds(clock.GetUtcNow());
        var outcomes = new List<WriteOutcome>(writes.Writes.Count);
        foreach (var write in writes.Writes)
        {
            var outcome = write.Decide(workspace.FindFhir(write.Type, write.Id), now);
            outcomes.Add(outcome);
            if (outcome.Problem is not null) break;
            if (outcome is { IsWritten: true, Row: { } row }) workspace.PutFhir(row);
        }

        Outcomes = outcomes;
        _written = [];
        if (outcomes[^1].Problem is not null) return Effects.None;
        _written = [.. outcomes.Where(static outcome => outcome.IsWritten).Select(static outcome => outcome.Row!)];
        return new Effects { IsKept = true, Audit = [.. _written.Select(row => AuditOf(row, now))] };
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
        foreach (var write in writes.Writes) keys.Resources.Add((write.Type, write.Id));
        return keys;
    }
}
