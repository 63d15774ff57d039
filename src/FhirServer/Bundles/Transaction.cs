using CloudPacs.FhirServer.Writing;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>
/// A transaction (FHIR R4 http.html 3.1.0.11.2): all writes of its entries in one change or none, with the addresses in them rewritten;
/// what it reads is read afterwards, and what is not there is told in its place. When a write fails the answer is one OperationOutcome that
/// names the entry.
/// </summary>
internal sealed class Transaction(FhirCall call, FhirDispatch dispatch)
{
    /// <summary>Tries before a client is told that others write all the time.</summary>
    private const int MostTries = 20;

    private readonly TransactionResources _resources = new(call);

    public async Task<FhirResult> RunAsync(IReadOnlyList<BundleEntry> entries)
    {
        var targets = new List<EntryTarget>();
        foreach (var entry in entries)
        {
            if (entry.Method is "GET" or "HEAD" && entry.Path.Length > 0) continue;
            var (target, wrong) = EntryTarget.Of(entry, call.Ports.Writer);
            if (target is null) return wrong!;
            if (_resources.Register(target) is { } twice) return twice;
            targets.Add(target);
        }

        if (Twice(targets) is { } overlap) return overlap;
        var results = new FhirResult[entries.Count];
        for (var tries = 1; ; tries++)
        {
            var failure = targets.Count > 0 ? await WriteAsync(entries, targets, results) : null;
            // A patch was of a version that another writer has replaced meanwhile: it is made of the new one.
            var isOvertaken = failure?.Status == 412 && targets.Exists(static t => t.Entry is { Method: "PATCH", IfMatch: null });
            if (isOvertaken && tries < MostTries) continue;
            if (failure is not null) return failure;
            break;
        }

        foreach (var entry in entries.Where(static entry => EntryOrder.Of(entry.Method) == EntryOrder.Reads))
            results[entry.Index] = await dispatch.RunAsync(call, entry);
        return await BundleResponse.OfAsync(call, isTransaction: true, results);
    }

    private async Task<FhirResult?> WriteAsync(IReadOnlyList<BundleEntry> entries, List<EntryTarget> targets, FhirResult[] results)
    {
        var planned = new List<(int Index, FhirWrite Write)>();
        foreach (var target in targets.OrderBy(static t => EntryOrder.Of(t.Entry.Method)))
        {
            var (write, wrong) = await WriteOfAsync(target);
            if (wrong is not null) return wrong;
            planned.Add((target.Entry.Index, write!));
        }

        return await ApplyAsync(entries, planned, results);
    }

    private async Task<FhirResult?> ApplyAsync(
        IReadOnlyList<BundleEntry> entries, List<(int Index, FhirWrite Write)> planned, FhirResult[] results)
    {
        var writes = call.WritesOf([.. planned.Select(static plan => plan.Write)]) with { References = _resources.References };
        var outcomes = await call.Ports.Writer.ApplyAsync(writes, call.Aborted);
        if (outcomes is null) return WriteAnswer.Unavailable();
        if (outcomes[^1].Problem is { } problem)
        {
            var entry = outcomes.Count > planned.Count ? null : entries[planned[outcomes.Count - 1].Index];
            return FhirResult.Problem(outcomes[^1].Status, [InEntry(problem), .. outcomes[^1].Told.Select(InEntry)]);

            // A reference knows its place; the outcome of a write has that of its entry, or of an element of its resource.
            FhirIssue InEntry(FhirIssue issue) =>
                issue.Expression is null ? issue with { Expression = entry?.Expression }
                : issue.Expression.StartsWith("Bundle.", StringComparison.Ordinal) ? issue
                : issue.In(entry?.Expression + ".resource");
        }

        var preference = Preferences.Of(call.Request);
        foreach (var (plan, outcome) in planned.Zip(outcomes)) results[plan.Index] = WriteAnswer.Of(call, outcome, preference);
        return null;
    }

    private static FhirResult? Twice(List<EntryTarget> targets)
    {
        var known = new HashSet<(string, string)>();
        foreach (var target in targets)
        {
            if (!known.Add((target.Type, target.Id)))
                return target.Entry.Refuse(400, "duplicate", $"Another entry writes {target.Type}/{target.Id} too.");
        }

        return null;
    }

    private async Task<(FhirWrite? Write, FhirResult? Wrong)> WriteOfAsync(EntryTarget target)
    {
        var (entry, type, id) = (target.Entry, target.Type, target.Id);
        int? expected = entry.IfMatch is { } etag ? ExpectedVersion.Of(etag) : null;
        var (found, several) = await FindAsync(target);
        if (several is not null) return (null, several);
        if (entry.Method == "DELETE")
            return (found is { } doomed
                ? new ConditionalDelete(doomed.Criteria!, id, call.Ports.MostDeleted, expected)
                : new DeleteWrite(type, id, expected), null);
        if (entry.Resource.IsEmpty) return (null, entry.Refuse(400, "required", "The entry has no resource."));
        if (entry.Method == "PATCH") return await PatchOfAsync(target, found, expected);
        var (draft, wrong) = await _resources.ReadAsync(entry, type);
        if (wrong is not null) return (null, wrong);
        if (entry.Method == "POST")
            return (found is { } made ? new ConditionalCreate(draft!, made.Criteria!, id) : new CreateWrite(draft!, id), null);
        if (found is { } changed) return (new ConditionalUpdate(draft!, changed.Criteria!, id, expected), null);
        return draft!.Id == id
            ? (new UpdateWrite(draft, id, expected), null)
            : (null, entry.Refuse(400, "value", "The id of the resource must be that of the address.", ".resource.id"));
    }

    /// <summary>What meets the criteria of an entry now; null without criteria, a refusal when they cannot be used.</summary>
    private async Task<(CriteriaFound? Found, FhirResult? Wrong)> FindAsync(EntryTarget target)
    {
        if (target.Criteria is not { } text) return (null, null);
        var (entry, most) = (target.Entry, target.Entry.Method == "DELETE" ? call.Ports.MostDeleted : 1);
        var found = await CriteriaLookup.FindAsync(call, target.Type, text, most, entry.Expression);
        if (found.Refusal is { } refusal) return (null, refusal);
        if (found.Matches.Count <= most) return (found, null);
        var several = ConditionalWrite.SeveralMatch(target.Type, most);
        return (null, FhirResult.Problem(several.Status, several.Problem! with { Expression = entry.Expression }));
    }

    private async Task<(FhirWrite? Write, FhirResult? Wrong)> PatchOfAsync(EntryTarget target, CriteriaFound? found, int? expected)
    {
        var entry = target.Entry;
        if (found is { Matches: [] }) return (null, entry.Refuse(404, "not-found", $"No {target.Type} meets the criteria."));
        var (patch, wrong) = Patch.OfResource(entry.Resource, entry.Expression + ".resource");
        if (wrong is not null) return (null, wrong);
        var id = found is { Matches: [var only] } ? only.Id : target.Id;
        return await PatchInteraction.WriteOfAsync(call, target.Type, id, patch!, expected, entry.Expression);
    }
}
