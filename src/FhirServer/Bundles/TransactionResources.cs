using CloudPacs.Fhir.Definitions;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>
/// The resources of a transaction, which refer to each other by the fullUrls of their entries, and to others by criteria (FHIR R4 http.html
/// 3.1.0.11.2). What is known only when everything is written has an address until then that nothing else has.
/// </summary>
internal sealed class TransactionResources(FhirCall call)
{
    private readonly Dictionary<string, string> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConditionalReference> _references = new(StringComparer.Ordinal);

    public IReadOnlyList<ConditionalReference> References => [.. _references.Values];

    /// <summary>Gives the fullUrl of an entry its address.</summary>
    public FhirResult? Register(EntryTarget target)
    {
        var entry = target.Entry;
        // Which resource a conditional patch is of, it does not tell the others.
        var isUnknown = entry.Method == "DELETE" || target is { Entry.Method: "PATCH", Criteria: not null };
        if (isUnknown || entry.FullUrl is not { Length: > 0 } fullUrl) return null;
        var address = $"{target.Type}/{target.Id}";
        if (!_addresses.TryAdd(fullUrl, address)) return entry.Refuse(400, "duplicate", "Two entries have this fullUrl.");
        // What stands beside it may refer to it by what its own server calls it (FHIR R4 bundle.html 2.36.4.1).
        var parts = fullUrl.Split('/');
        if ((entry.Method == "POST" || target.Criteria is not null) && parts.Length > 2 && parts[^2] == target.Type)
            _addresses.TryAdd($"{parts[^2]}/{parts[^1]}", address);
        return null;
    }

    /// <summary>The resource of an entry, with the addresses that the others have.</summary>
    public async Task<(ResourceDraft? Draft, FhirResult? Wrong)> ReadAsync(BundleEntry entry, string type)
    {
        // Rewriting needs JSON that can be read; what is wrong with it otherwise is told of what was rewritten.
        if (!RequestBody.IsJson(entry.Resource.Span))
            return (null, entry.Refuse(400, "structure", "The resource is not JSON that can be read.", ".resource"));
        var asked = new Dictionary<string, string>(StringComparer.Ordinal);
        var json = ReferenceRewriting.Rewrite(entry.Resource, _addresses, text => AddressOf(text, asked), call.Base + "/");
        foreach (var (text, address) in asked)
        {
            var place = entry.Expression + ".resource";
            var (found, wrong) = await FindAsync(text, place);
            if (wrong is not null) return (null, wrong);
            _references.Add(text, new ConditionalReference(address, found!.Criteria!, place));
        }

        return RequestBody.ReadResource(json.Span, type, entry.Expression + ".resource");
    }

    /// <summary>What stands for a conditional reference until it is known; null for what is none.</summary>
    private string? AddressOf(string text, Dictionary<string, string> asked)
    {
        var search = text.StartsWith(call.Base + "/", StringComparison.Ordinal) ? text[(call.Base.Length + 1)..] : text;
        if (_references.TryGetValue(search, out var known)) return known.Address;
        if (asked.TryGetValue(search, out var address)) return address;
        var type = search.Split('?')[0];
        if (FhirDefinitions.Find(type) is not { IsResource: true }) return null;
        asked.Add(search, address = $"{type}/{call.Ports.Writer.NewId()}");
        return address;
    }

    private async Task<(CriteriaFound? Found, FhirResult? Wrong)> FindAsync(string text, string place)
    {
        var at = text.IndexOf('?', StringComparison.Ordinal);
        var type = text[..at];
        if (ServedTypes.Find(type)?.Can(TypeInteractions.SearchType) != true)
            return (null, FhirResult.Problem(
                400, new FhirIssue("not-supported", $"This server finds no resources of type {type}, so no reference to one.")
                {
                    Expression = place,
                }));
        var found = await CriteriaLookup.FindAsync(call, type, text[(at + 1)..], most: 1, place);
        return found.Refusal is { } refusal ? (null, refusal) : (found, null);
    }
}
