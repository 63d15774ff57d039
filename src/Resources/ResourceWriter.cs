using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Resources;

/// <summary>
/// Brings the FHIR resources up to date with the rows that a message changed: for every row that is touched what follows from it is set, so
/// that a cancel, a merge or a hold shows although its message describes nothing, and the maps run for what the message describes.
/// </summary>
internal sealed class ResourceWriter
{
    [ThreadStatic]
    private static JsonText? scratch;

    [ThreadStatic]
    private static FhirPatch? scratchPatch;

    private readonly ResourceRun _run;
    private readonly JsonText _json = scratch ??= new JsonText(16 * 1024);
    private readonly FhirPatch _patch = scratchPatch ??= new FhirPatch("");
    private readonly List<FhirResourceRow> _written = [];
    private readonly HashSet<object> _scopes = new(ReferenceEqualityComparer.Instance);

    private ResourceWriter(ResourceRun run) => _run = run;

    /// <returns>The versions that were written.</returns>
    public static IReadOnlyList<FhirResourceRow> Write(Workspace workspace, IEnumerable<Row> changed, ResourceContext context)
    {
        var run = new ResourceRun(workspace, context);
        foreach (var row in changed) run.Show(row);
        foreach (var row in context.Described.Keys) run.Show(row);
        foreach (var row in context.Written.Keys) run.Show(row);
        // Those that are added on the way show up in others again.
        for (var i = 0; i < run.Rows.Count; i++)
        {
            foreach (var type in ResourceTypes.Of(run.Rows[i])) type.ShowWith(run.Rows[i], run);
        }

        var writer = new ResourceWriter(run);
        foreach (var type in ResourceTypes.All)
        {
            for (var i = 0; i < run.Rows.Count; i++)
            {
                if (type.RowType == run.Rows[i].GetType()) writer.Write(run.Rows[i], type);
            }
        }

        return writer._written;
    }

    private void Write(Row row, ResourceType type)
    {
        if (type.StateOf(row, _run) is not { } state) return;
        var id = row.IdText;
        var last = _run.Workspace.FindFhir(type.Name, id);
        var written = _run.Context.Written.GetValueOrDefault(row);
        var stored = written is not null ? new StoredResource(written, "", type.Owned)
            : last is null && type.PredecessorOf(row, _run) is { } predecessor
                ? type.Read(_run.Workspace.FindFhir(type.Name, predecessor.IdText))
                : type.Read(last);
        var isDescribed = _run.Context.Described.TryGetValue(row, out var scope);
        _json.Truncate(0);
        _patch.Begin(type.Name);
        type.Write(row, state, new ResourceElements(_patch, stored, isDescribed, _run));
        state.IsNew = stored is null;
        state.Kept = _run.Context.Kept.GetValueOrDefault(row);
        if (_run.Context.TextOnly.Contains(row)) state.OnlyElements = type.Text;
        if (isDescribed) Render(scope!, state);
        if (written is not null && last is not null && IsStored(last, stored!)) return;
        var head = new ResourceHead(id, (last?.Version ?? 0) + 1, _run.Context.Now);
        if (!FhirMerge.Write(stored, _patch, head, _json) && written is null) return;
        var next = new FhirResourceRow
        {
            Type = type.Name,
            Id = id,
            Version = head.Version,
            LastUpdated = head.LastUpdated,
            Content = _json.Take(0),
        };
        _run.Workspace.PutFhir(next);
        _written.Add(next);
    }

    /// <summary>Whether what a client wrote comes to what is stored.</summary>
    private bool IsStored(FhirResourceRow last, StoredResource written)
    {
        FhirMerge.Write(written, _patch, new ResourceHead(last.Id, last.Version, last.LastUpdated), _json);
        var isSame = ClientVersion.IsSame(_json.Written, last.Content.Span);
        _json.Truncate(0);
        return isSame;
    }

    private void Render(object scope, FhirState state)
    {
        var context = _run.Context;
        // A scope that describes two rows, a patient and the visit, has one set of outgoing fields.
        var rendered = SenderMap.RenderFhir(scope, state, _patch, takesOut: _scopes.Add(scope));
        foreach (var problem in rendered.Problems) context.Problems.Add(problem with { Severity = Severity.Warning });
        foreach (var warning in rendered.Warnings)
        {
            if (!context.Warnings.Contains(warning)) context.Warnings.Add(warning);
        }

        if (context.Message is not { } message) return;
        if (rendered.Out.Count > 0) message.Out.AddRange(rendered.Out);
        foreach (var miss in rendered.Misses)
        {
            if (!message.Misses.Contains(miss)) message.Misses.Add(miss);
        }
    }
}
