using CloudPacs.Fhir.Editing;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.Writing;

/// <summary>create, update and delete (FHIR R4 http.html 3.1.0.8, 3.1.0.4, 3.1.0.7).</summary>
internal static class WriteInteractions
{
    /// <summary>An id: 1 to 64 of A-Z, a-z, 0-9, hyphen and dot (FHIR R4 datatypes.html, id).</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= 64 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    public static async Task<FhirResult> CreateAsync(FhirCall call)
    {
        var (draft, refusal) = await ReadAsync(call);
        if (refusal is not null) return refusal;
        return call.Request.Headers.ContainsKey(ConditionalInteractions.IfNoneExist)
            ? await ConditionalInteractions.CreateAsync(call, draft!)
            : await ApplyAsync(call, new CreateWrite(draft!, call.Ports.Writer.NewId()));
    }

    public static async Task<FhirResult> UpdateAsync(FhirCall call)
    {
        if (!IsId(call.Id)) return FhirResult.Problem(400, "value", "An id is 1 to 64 of A-Z, a-z, 0-9, hyphen and dot.");
        var (draft, refusal) = await ReadAsync(call);
        if (refusal is not null) return refusal;
        if (draft!.Id != call.Id)
            return FhirResult.Problem(400, new FhirIssue(
                draft.Id is null ? "required" : "value",
                draft.Id is null
                    ? "An update needs the id of the address in its body."
                    : "The id of the body is another one than that of the address.")
            { Expression = $"{draft.Type}.id" });
        return await ApplyAsync(call, new UpdateWrite(draft, call.Id, ExpectedVersion.Of(call.Request)));
    }

    public static Task<FhirResult> DeleteAsync(FhirCall call) => IsId(call.Id)
        ? ApplyAsync(call, new DeleteWrite(call.Type.Name, call.Id, ExpectedVersion.Of(call.Request)))
        : Task.FromResult(new FhirResult(StatusCodes.Status204NoContent, default));

    /// <summary>The resource of the body.</summary>
    public static async Task<(ResourceDraft? Draft, FhirResult? Refusal)> ReadAsync(FhirCall call)
    {
        var (json, refusal) = await RequestBody.ReadJsonAsync(call);
        return refusal is null ? RequestBody.ReadResource(call, json, call.Type.Name) : (null, refusal);
    }

    /// <summary>Makes one write and answers it.</summary>
    public static async Task<FhirResult> ApplyAsync(FhirCall call, FhirWrite write)
    {
        var outcomes = await call.Ports.Writer.ApplyAsync(call.WritesOf(write), call.Aborted);
        return outcomes is null ? WriteAnswer.Unavailable() : WriteAnswer.Of(call, outcomes[0], Preferences.Of(call.Request));
    }
}
