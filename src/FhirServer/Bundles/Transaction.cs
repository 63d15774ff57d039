using CloudPacs.Fhir.Editing;
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

    private readonly Dictionary<string, string> _addresses = new(StringComparer.Ordinal);

    public async Task<FhirResult> RunAsync(IReadOnlyList<BundleEntry> entries)
    {
        var targets = new List<(BundleEntry Entry, string Type, string Id)>();
        foreach (var entry in entries)
        {
            if (entry.Method is "GET" or "HEAD" && entry.Path.Length > 0) continue;
            var (target, wrong) = TargetOf(entry);
            if (wrong is not null) return wrong;
            targets.Add((entry, target.Type, target.Id));
        }

        if (Twice(targets) is { } twice) return twice;
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
        return await BundleResponse.OfAsync(isTransaction: true, results, call.Aborted);
    }

    private async Task<FhirResult?> WriteAsync(
        IReadOnlyList<BundleEntry> entries, List<(BundleEntry Entry, string Type, string Id)> targets, FhirResult[] results)
    {
        var planned = new List<(int Index, FhirWrite Write)>();
        foreach (var (entry, type, id) in targets.OrderBy(static t => EntryOrder.Of(t.Entry.Method)))
        {
            var (write, wrong) = entry.Method == "PATCH" ? await PatchOfAsync(entry, type, id) : WriteOf(entry, type, id);
            if (wrong is not null) return wrong;
            planned.Add((entry.Index, write!));
        }

        return await ApplyAsync(entries, planned, results);
    }

    private async Task<FhirResult?> ApplyAsync(
        IReadOnlyList<BundleEntry> entries, List<(int Index, FhirWrite Write)> planned, FhirResult[] results)
    {
        var outcomes = await call.Ports.Writer.ApplyAsync(
            new FhirWrites([.. planned.Select(static plan => plan.Write)], call.Source), call.Aborted);
        if (outcomes is null) return WriteAnswer.Unavailable();
        if (outcomes[^1].Problem is { } problem)
        {
            var failed = entries[planned[outcomes.Count - 1].Index];
            return FhirResult.Problem(outcomes[^1].Status, problem with { Expression = failed.Expression });
        }

        var preference = Preferences.Of(call.Request);
        foreach (var (plan, outcome) in planned.Zip(outcomes)) results[plan.Index] = WriteAnswer.Of(call, outcome, preference);
        return null;
    }

    /// <summary>The resource that an entry writes, which has an address from now on.</summary>
    private ((string Type, string Id) Target, FhirResult? Wrong) TargetOf(BundleEntry entry)
    {
        var path = entry.Path.Split('/');
        if (entry.Method is not ("POST" or "PUT" or "PATCH" or "DELETE"))
            return (default, Refused(entry, 400, "value", "The entry needs a method that can be used in a transaction, and a URL."));
        if (entry.Query is not null || entry.IfNoneExist is not null)
            return (default, Refused(entry, 400, "not-supported", "This server takes no conditional writes."));
        if (path.Length != (entry.Method == "POST" ? 1 : 2) || path.Any(static part => part.Length == 0))
            return (default, Refused(entry, 400, "value", "The address is not one that this method can be used with."));
        if (ServedTypes.Find(path[0]) is not { } type)
            return (default, Refused(entry, 404, "not-supported", $"This server has no resources of type {path[0]}."));
        var wanted = entry.Method switch
        {
            "POST" => TypeInteractions.Create,
            "PUT" => TypeInteractions.Update,
            "PATCH" => TypeInteractions.Patch,
            _ => TypeInteractions.Delete,
        };
        if (!type.Can(wanted))
            return (default, Refused(entry, 405, "not-supported", type.Origin is { } origin
                ? $"Resources of type {type.Name} follow from {origin}." : $"{entry.Method} cannot be used with {type.Name}."));
        var id = entry.Method == "POST" ? call.Ports.Writer.NewId() : path[1];
        if (!WriteInteractions.IsId(id))
            return (default, Refused(entry, 400, "value", "An id is 1 to 64 of A-Z, a-z, 0-9, hyphen and dot."));
        return Register(entry, type.Name, id) is { } twice ? (default, twice) : ((type.Name, id), null);
    }

    private FhirResult? Register(BundleEntry entry, string type, string id)
    {
        if (entry.FullUrl is not { Length: > 0 } fullUrl || entry.Method == "DELETE") return null;
        var address = $"{type}/{id}";
        if (!_addresses.TryAdd(fullUrl, address))
            return Refused(entry, 400, "duplicate", "Two entries have this fullUrl.");
        // What stands beside it may refer to it by what its own server calls it (FHIR R4 bundle.html 2.36.4.1).
        var parts = fullUrl.Split('/');
        if (entry.Method == "POST" && parts.Length > 2 && parts[^2] == type) _addresses.TryAdd($"{parts[^2]}/{parts[^1]}", address);
        return null;
    }

    private static FhirResult? Twice(List<(BundleEntry Entry, string Type, string Id)> targets)
    {
        var known = new HashSet<(string, string)>();
        foreach (var (entry, type, id) in targets)
        {
            if (!known.Add((type, id))) return Refused(entry, 400, "duplicate", $"Another entry writes {type}/{id} too.");
        }

        return null;
    }

    private (FhirWrite? Write, FhirResult? Wrong) WriteOf(BundleEntry entry, string type, string id)
    {
        int? expected = entry.IfMatch is { } etag ? WriteInteractions.ExpectedVersion(etag) : null;
        if (entry.Method == "DELETE") return (new DeleteWrite(type, id, expected), null);
        if (entry.Resource.IsEmpty) return (null, Refused(entry, 400, "required", "The entry has no resource."));
        var (draft, wrong) = ReadDraft(entry, type);
        if (wrong is not null) return (null, wrong);
        if (entry.Method == "POST") return (new CreateWrite(draft!, id), null);
        return draft!.Id == id
            ? (new UpdateWrite(draft, id, expected), null)
            : (null, Refused(entry, 400, "value", "The id of the resource must be that of the address.", ".resource.id"));
    }

    private async Task<(FhirWrite? Write, FhirResult? Wrong)> PatchOfAsync(BundleEntry entry, string type, string id)
    {
        if (entry.Resource.IsEmpty) return (null, Refused(entry, 400, "required", "The entry has no resource."));
        var (patch, wrong) = Patch.OfResource(entry.Resource, entry.Expression + ".resource");
        if (wrong is not null) return (null, wrong);
        int? expected = entry.IfMatch is { } etag ? WriteInteractions.ExpectedVersion(etag) : null;
        return await PatchInteraction.WriteOfAsync(call, type, id, patch!, expected, entry.Expression);
    }

    private (ResourceDraft? Draft, FhirResult? Wrong) ReadDraft(BundleEntry entry, string type)
    {
        // Rewriting needs JSON that can be read; what is wrong with it otherwise is told of what was rewritten.
        if (!RequestBody.IsJson(entry.Resource.Span))
            return (null, Refused(entry, 400, "structure", "The resource is not JSON that can be read.", ".resource"));
        string? search = null;
        var json = ReferenceRewriting.Rewrite(entry.Resource, _addresses, text =>
        {
            search = ServedTypes.Find(text.Split('?')[0]) is not null ? text : search;
            return null;
        });
        if (search is not null)
            return (null, Refused(entry, 400, "not-supported", "This server takes no conditional references.", ".resource"));
        var (draft, refusal) = RequestBody.ReadResource(json.Span, type, entry.Expression + ".resource");
        return (draft, refusal);
    }

    private static FhirResult Refused(BundleEntry entry, int status, string code, string text, string below = "") =>
        FhirResult.Problem(status, new FhirIssue(code, text) { Expression = entry.Expression + below });
}
