using CloudPacs.Fhir.Editing;
using CloudPacs.Store.Fhir;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer.Writing;

/// <summary>
/// patch (FHIR R4 http.html 3.1.0.5): what is stored is read, changed and written as an update of that very version; when another writer
/// came between, all is done again.
/// </summary>
internal static class PatchInteraction
{
    /// <summary>Tries before a client is told that others write all the time.</summary>
    private const int MostTries = 20;

    public static Task<FhirResult> PatchAsync(FhirCall call) =>
        PatchAsync(call, () => Task.FromResult<(string?, FhirResult?)>((call.Id, null)));

    /// <param name="call">The request.</param>
    /// <param name="findAsync">Tells which resource is patched, at every try.</param>
    public static async Task<FhirResult> PatchAsync(FhirCall call, Func<Task<(string? Id, FhirResult? Wrong)>> findAsync)
    {
        var (patch, refusal) = await ReadAsync(call);
        if (refusal is not null) return refusal;
        var expected = ExpectedVersion.Of(call.Request);
        for (var tries = 1; ; tries++)
        {
            var (id, none) = await findAsync();
            if (none is not null) return none;
            var (write, wrong) = await WriteOfAsync(call, call.Type.Name, id!, patch!, expected, place: null);
            if (wrong is not null) return wrong;
            var writes = call.WritesOf(write!);
            var outcomes = await call.Ports.Writer.ApplyAsync(writes, call.Aborted);
            if (outcomes is null) return WriteAnswer.Unavailable();
            if (outcomes[0].Status == 412 && expected is null && tries < MostTries) continue;
            return WriteAnswer.Of(call, outcomes[0], Preferences.Of(call.Request));
        }
    }

    private static async Task<(Patch? Patch, FhirResult? Refusal)> ReadAsync(FhirCall call)
    {
        var type = MediaTypeHeaderValue.TryParse(call.Request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        if (string.Equals(type, Patch.JsonPatchType, StringComparison.OrdinalIgnoreCase))
        {
            var (bytes, refusal) = await RequestBody.ReadAsync(call.Request, call.Aborted);
            return (new Patch(bytes, IsJsonPatch: true), refusal);
        }

        if (FhirFormat.OfContent(call.Request.ContentType) is null)
            return (null, FhirResult.Problem(
                415, "not-supported", $"The body must be a JSON Patch as {Patch.JsonPatchType}, or Parameters as {FhirFormat.Json}."));
        var (json, wrong) = await RequestBody.ReadJsonAsync(call);
        return wrong is null ? Patch.OfResource(json, place: null) : (null, wrong);
    }

    /// <summary>The update that a patch comes to, of the version that is stored now.</summary>
    /// <param name="call">The request.</param>
    /// <param name="type">Type of the resource.</param>
    /// <param name="id">Its logical id.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="expected">The version that the client has seen; null for any.</param>
    /// <param name="place">FHIRPath of the patch in the body; null when it is the body.</param>
    public static async Task<(UpdateWrite? Write, FhirResult? Wrong)> WriteOfAsync(
        FhirCall call, string type, string id, Patch patch, int? expected, string? place)
    {
        var current = await call.Ports.Reader.ReadAsync(type, id, call.Facility, call.Aborted);
        if (current is null) return (null, Refused(404, "not-found", $"There is no {type} with this id.", place));
        if (current.Deleted) return (null, Refused(410, "deleted", $"This {type} was deleted.", place));
        if (ExpectedVersion.WhyNot(expected, current, type) is { } why) return (null, Refused(412, "conflict", why, place));
        var (json, wrong) = Patched(current, patch, place);
        if (wrong is not null) return (null, wrong);
        var (draft, refusal) = RequestBody.ReadResource(call, json, type, place);
        if (refusal is not null) return (null, refusal);
        return draft!.Id == id
            ? (new UpdateWrite(draft, id, current.Version), null)
            : (null, Refused(400, "value", "A patch must not change the id.", place ?? $"{type}.id"));
    }

    private static (ReadOnlyMemory<byte> Json, FhirResult? Wrong) Patched(
        FhirResourceRow current, Patch patch, string? place)
    {
        try
        {
            return (patch.ApplyTo(current.Content.Span), null);
        }
        catch (PatchException e)
        {
            return (default, Refused(e.IsMalformed ? 400 : 422, e.IsMalformed ? "structure" : "processing", e.Message, place));
        }
    }

    private static FhirResult Refused(int status, string code, string text, string? place) =>
        FhirResult.Problem(status, new FhirIssue(code, text) { Expression = place });
}
