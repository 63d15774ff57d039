using System.Runtime.InteropServices;
using System.Text.Json;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Bundles;
using CloudPacs.FhirServer.Searching;

namespace CloudPacs.FhirServer.Operations;

/// <summary>
/// $create-order: a Bundle with the resources of an order, as HL7's Imaging Integration splits it: a ServiceRequest, with its Tasks,
/// Patient and Encounter where they are new. It is the transaction that makes each of them.
/// </summary>
internal static class CreateOrderOperation
{
    public const string Order = "order";

    public static async Task<FhirResult> RunAsync(FhirCall call, OperationInput input)
    {
        var bundle = input.Resource(Order);
        if (bundle.IsEmpty)
            throw new SearchException("required", Order, "The parameter order is a Bundle with the resources of the order.");
        if (ResourceDraft.Read(bundle.Span).Type is not "Bundle" and var other)
            throw new SearchException("structure", Order, $"The resources of the order come in a Bundle, not as a {other} alone.");
        var entries = EntriesOf(bundle);
        if (!entries.Exists(static entry => entry.Path == "ServiceRequest"))
            throw new SearchException("required", Order, "The Bundle has no ServiceRequest, so there is no order in it.");
        return entries.Count > BundleRequest.MostEntries
            ? FhirResult.Problem(413, "too-costly", $"A Bundle must not have more than {BundleRequest.MostEntries} entries.")
            : await new Transaction(call, new FhirDispatch()).RunAsync(entries);
    }

    private static List<BundleEntry> EntriesOf(ReadOnlyMemory<byte> bundle)
    {
        using var document = JsonDocument.Parse(bundle, new JsonDocumentOptions { MaxDepth = 256 });
        var entries = new List<BundleEntry>();
        foreach (var entry in document.RootElement.ItemsOf("entry"))
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("resource", out var resource)
                || resource.ValueKind != JsonValueKind.Object || resource.TextOf("resourceType") is not { } type)
                throw new SearchException("structure", Order, "Each entry of the Bundle has a resource.");
            ReadOnlyMemory<byte> content = JsonMarshal.GetRawUtf8Value(resource).ToArray();
            entries.Add(new BundleEntry(entries.Count, "POST", type, entry.TextOf("fullUrl"), content)
            {
                IfNoneExist = entry.TryGetProperty("request", out var request) ? request.TextOf("ifNoneExist") : null,
            });
        }

        return entries;
    }
}
