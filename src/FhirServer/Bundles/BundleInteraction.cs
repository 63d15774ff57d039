using CloudPacs.FhirServer.Writing;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>batch and transaction (FHIR R4 http.html 3.1.0.11).</summary>
internal static class BundleInteraction
{
    public static async Task<FhirResult> RunAsync(FhirCall call, FhirDispatch dispatch)
    {
        var (json, refusal) = await RequestBody.ReadJsonAsync(call);
        if (refusal is not null) return refusal;
        var (bundle, wrong) = BundleRequest.Read(json, call.Base);
        if (bundle is null) return wrong!;
        return bundle.IsTransaction
            ? await new Transaction(call, dispatch).RunAsync(bundle.Entries)
            : await BundleResponse.OfAsync(call, isTransaction: false, await BatchAsync(call, dispatch, bundle.Entries));
    }

    /// <summary>What is read is large more often than what is written, and shares no commit.</summary>
    private static readonly ParallelOptions AFew = new() { MaxDegreeOfParallelism = 8 };

    /// <summary>Deletions, creates, changes, reads: entries of one kind at the same time, so that they share commits.</summary>
    private static async Task<IReadOnlyList<FhirResult>> BatchAsync(
        FhirCall call, FhirDispatch dispatch, IReadOnlyList<BundleEntry> entries)
    {
        var results = new FhirResult[entries.Count];
        foreach (var kind in entries.GroupBy(static entry => EntryOrder.Of(entry.Method)).OrderBy(static kind => kind.Key))
        {
            if (kind.Key == EntryOrder.Reads) await Parallel.ForEachAsync(kind, AFew, async (entry, _) => await RunAsync(entry));
            else await Task.WhenAll(kind.Select(RunAsync));
        }

        return results;

        async Task RunAsync(BundleEntry entry) => results[entry.Index] = await dispatch.RunAsync(call, entry);
    }
}

/// <summary>The order in which the entries of a transaction are processed, whatever order they came in.</summary>
internal static class EntryOrder
{
    public const int Reads = 3;

    public static int Of(string method) => method switch { "DELETE" => 0, "POST" => 1, "PUT" or "PATCH" => 2, _ => Reads };
}
