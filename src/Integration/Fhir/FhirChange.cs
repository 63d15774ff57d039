using CloudPacs.Domain;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Resources;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Writes of resources as one change: all of them or none. What no row of the domain shows is stored as it was sent; what rows show
/// becomes commands, and the client's own part of it is kept.
/// </summary>
/// <param name="writes">What is asked.</param>
/// <param name="rules">By which rules.</param>
/// <param name="index">Tells what resources are found by.</param>
/// <param name="parameters">Tells which definitions of search parameters can be stored; null for all.</param>
internal sealed class FhirChange(FhirWrites writes, FhirRules rules, FhirIndex index, SiteParameters? parameters = null) : Change
{
    private readonly Mapping.SenderMap _sender = rules.Sender;

    /// <summary>The versions of the last attempt.</summary>
    private IReadOnlyList<FhirResourceRow> _stored = [];
    private DecidedWrites _decided = new([], new IndexRoom(index), parameters);
    private WrittenRows? _rows;
    private DateTimeOffset _now;

    /// <summary>What became of the writes, up to one that is refused; set when they were applied.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes { get; private set; } = [];

    public override WorkspaceKeys Keys { get; } = ResourceKeys.Of(writes);

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

    /// <summary>The worklist shows an order before its answer leaves, also when the commit was in doubt.</summary>
    public override bool IsRepetition => AreOfRows;

    private bool AreOfRows => writes.Writes.Any(static write => ResourceTypes.Find(write.Type) is not null);

    /// <summary>
    /// The resources that were found, as they may have been changed before they are locked; the rows of resources, what the commands about
    /// them ask for, and what those ask for then.
    /// </summary>
    public override WorkspaceKeys? MoreKeys(Workspace workspace)
    {
        var keys = new WorkspaceKeys { KeepsPatients = !AreOfRows };
        foreach (var criteria in Keys.Criteria) keys.Resources.UnionWith(workspace.Found(criteria));
        if (AreOfRows) AddRows(workspace, keys);
        return keys.IsEmpty ? null : keys;
    }

    private void AddRows(Workspace workspace, WorkspaceKeys keys)
    {
        keys.Add(ResourceKeys.Rows(workspace, [.. Keys.Resources, .. keys.Resources]));
        if (!workspace.Declares(keys)) return;
        var asked = WritePlan.Of(writes, workspace, rules.Now).SelectMany(static step => step.Writes).ToList();
        keys.Add(ResourceKeys.Rows(workspace, asked.Select(static write => (write.Type, write.Id))));
        if (!workspace.Declares(keys)) return;
        var commands = CommandsOf(workspace, Written(workspace, asked, static _ => true));
        foreach (var set in commands.Sets) keys.Add(set.Keys(rules.Installation));
        if (!workspace.Declares(keys)) return;
        foreach (var set in commands.Sets)
        {
            if (set.MoreKeys(workspace) is { } more) keys.Add(more);
        }
    }

    protected override Effects Apply(Workspace workspace)
    {
        _rows = null;
        // The commit of an attempt whose answer was lost may have taken place: its outcomes hold.
        if (_stored.Count > 0 && _stored.All(row => IsStored(workspace, row))) return Effects.None;
        _now = rules.Now;
        _stored = [];
        _decided = new DecidedWrites(WritePlan.Of(writes, workspace, _now), new IndexRoom(index), parameters);
        if (_decided.Decide(workspace, writes, _now) is { } refused)
        {
            Outcomes = refused;
            return Effects.None;
        }

        // What says nothing new is no command either.
        var written = Written(workspace, _decided.Writes, place => _decided.Outcomes[place].IsWritten);
        if (written.Count > 0)
        {
            _rows = new WrittenRows(written, workspace, CommandsOf(workspace, written));
            _rows.Apply(rules.Visibility.WhyHidden);
            if (_rows.IsRefused) return Refuse(workspace);
            if (_rows.Find(IsForbidden) is { } forbidden)
            {
                Outcomes = _decided.ForbiddenAt(forbidden.Place, forbidden.Type);
                return Effects.None;
            }

            _rows.Write();
        }

        return Write(workspace, written);
    }

    protected override void Complete(Workspace workspace, Effects effects, BatchRows rows)
    {
        if (!effects.IsKept) return;
        if (_rows is not null) TakeRows(workspace, rows);
        _stored = [.. _decided.Outcomes.Where(static outcome => outcome.IsWritten).Select(static outcome => outcome.Row!)];
        Outcomes = _decided.All;
    }

    /// <summary>Writes what no command is about; the resources of rows follow from the rows.</summary>
    private Effects Write(Workspace workspace, IReadOnlyList<WrittenResource> written)
    {
        for (var i = 0; i < _decided.Outcomes.Count; i++)
        {
            if (_decided.Outcomes[i] is not { IsWritten: true, Row: { } row } outcome) continue;
            var resource = written.FirstOrDefault(one => one.Place == i);
            if (resource is not null && _rows!.RowOf(resource) is not null) continue;
            if (resource is not null)
                row = row with { Content = ResourceDraft.Read(_rows!.ContentOf(resource)).Stamp(row.Id, row.Version, _now) };
            else if (_rows is { Addresses.Count: > 0 })
                row = row with { Content = ReferenceRewriting.Rewrite(row.Content, _rows.Addresses, static _ => null) };
            if (resource is not null && ClientVersion.IsSame(row.Content.Span, Stamped(workspace.FindFhir(row.Type, row.Id)!, row)))
            {
                _decided.Replace(i, WriteOutcome.Kept(200, workspace.FindFhir(row.Type, row.Id)));
                continue;
            }

            workspace.PutFhir(row);
            _decided.Replace(i, outcome with { Row = row });
        }

        var audit = _decided.Outcomes.Where((outcome, i) => outcome.IsWritten && !IsOfRow(written, i))
            .Select(outcome => AuditOf(outcome.Row!)).ToList();
        if (_rows is not { Outcomes.Count: > 0 }) return new Effects { IsKept = true, Audit = audit };
        var context = rules.ContextOf(_sender, writes, _now);
        return new Effects
        {
            IsKept = true,
            Audit = [.. AuditOf(workspace, context), .. audit],
            News = CommandNews.Of(context, workspace, _rows.Outcomes),
            Resources = new ResourceContext
            {
                Now = _now,
                SiteZone = context.SiteZone,
                Reasons = CommandNews.ReasonsOf(_rows.Outcomes),
                Identifiers = _sender.Identifiers,
                Written = _rows.Content,
            },
        };
    }

    /// <summary>
    /// Whether a write came to a row that the caller may not write: a number that is known already, or a patient who became another one.
    /// </summary>
    private bool IsForbidden(WrittenResource resource, FhirResourceRow? stored) =>
        writes.Admits is { } admits
        && ((stored is { Deleted: false } && !admits('u', stored))
            || (resource.Type == "Patient" && resource.Now.TryGetProperty("link", out _)));

    private bool IsOfRow(IReadOnlyList<WrittenResource> written, int place) =>
        written.FirstOrDefault(one => one.Place == place) is { } resource && _rows!.RowOf(resource) is not null;

    /// <summary>The content as if it had the number and the time of another version.</summary>
    private static byte[] Stamped(FhirResourceRow row, FhirResourceRow other) =>
        ResourceDraft.Read(row.Content.Span).Stamp(row.Id, other.Version, other.LastUpdated);

    /// <summary>The resources of rows, now that they are written.</summary>
    private void TakeRows(Workspace workspace, BatchRows rows)
    {
        var told = _rows!.Problems.ToLookup(static problem => problem.Place, static problem => IssueOf(problem));
        foreach (var (resource, row, before) in _rows.Written)
        {
            if (workspace.FindFhir(resource.Type, row.IdText) is not { } stored) continue;
            var isWritten = stored.Version > before;
            var outcome = new WriteOutcome(before == 0 ? 201 : 200, stored, isWritten, null) { Told = [.. told[resource.Place]] };
            _decided.Replace(resource.Place, outcome);
            if (isWritten) rows.Audit.Add(AuditOf(stored));
        }
    }

    private Effects Refuse(Workspace workspace)
    {
        var errors = _rows!.Problems.Where(static problem => problem.IsError).ToList();
        var place = errors[0].Place;
        var issues = errors.Where(problem => problem.Place == place)
            .Concat(_rows.Problems.Where(static problem => !problem.IsError)).Select(IssueOf).Distinct();
        Outcomes = _decided.RefusedAt(place, [.. issues]);
        var context = rules.ContextOf(_sender, writes, _now);
        return new Effects { Audit = [.. AuditOf(workspace, context)] };
    }

    private IEnumerable<AuditRow> AuditOf(Workspace workspace, ChangeContext context) => _rows!.Outcomes.SelectMany(outcome =>
        AuditTrail.Of(outcome.Audit, outcome.Reasons, workspace, context, writes.Source, rules.Ids));

    private ResourceCommands CommandsOf(Workspace workspace, IReadOnlyList<WrittenResource> written) => ResourceCommands.Of(
        written, workspace, _sender.Values, rules.ContextOf(_sender, writes, rules.Now));

    /// <summary>The resources of rows among what is written, with what is stored of them.</summary>
    private static List<WrittenResource> Written(Workspace workspace, IReadOnlyList<FhirWrite> asked, Predicate<int> isMeant)
    {
        var written = new List<WrittenResource>();
        for (var place = 0; place < asked.Count; place++)
        {
            var write = asked[place];
            if (ResourceTypes.Find(write.Type) is null || write.Content is not { } draft || !isMeant(place)) continue;
            var stored = write is CreateWrite ? null : workspace.FindFhir(write.Type, write.Id);
            written.Add(new WrittenResource(
                place, write.Type, write.Id, WrittenRows.Parse(draft.Stamp(write.Id, 1, DateTimeOffset.UnixEpoch)),
                stored is { Deleted: false } ? WrittenRows.Parse(stored.Content.Span) : default));
        }

        return written;
    }

    private static bool IsStored(Workspace workspace, FhirResourceRow row) =>
        workspace.FindFhir(row.Type, row.Id) is { } stored && stored.Version == row.Version && stored.LastUpdated == row.LastUpdated
        && stored.Deleted == row.Deleted && stored.Content.Span.SequenceEqual(row.Content.Span);

    private AuditRow AuditOf(FhirResourceRow row) => new()
    {
        Id = rules.Ids.Next(),
        At = _now,
        Action = row.Deleted ? AuditVerbs.ResourceDeleted : row.Version == 1 ? AuditVerbs.ResourceCreated : AuditVerbs.ResourceUpdated,
        Outcome = AuditOutcome.Success,
        Actor = writes.Writer ?? FhirRules.Actor,
        Source = writes.Source,
        Entity = $"{row.Type}/{row.Id}",
        Resources = $"{row.Type}/{row.Id}/_history/{row.Version}",
    };

    private static FhirIssue IssueOf(ResourceProblem problem) => new(problem.Code, problem.Text)
    {
        Severity = problem.IsError ? "error" : "warning", Expression = problem.Expression,
    };
}
