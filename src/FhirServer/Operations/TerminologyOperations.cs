using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.FhirServer.Searching;

namespace CloudPacs.FhirServer.Operations;

/// <summary>$expand and $validate-code of value sets (FHIR R4 valueset-operations.html 4.9.18).</summary>
internal static class TerminologyOperations
{
    public static Task<FhirResult> ExpandAsync(FhirCall call, OperationInput input) => AskAsync(call, input, async (terminology, set) =>
        new FhirResult(200, await terminology.ExpandAsync(
            set, input.Text("filter"), input.Number("offset", least: 0) ?? 0, input.Number("count", least: 0), call.Aborted)));

    public static Task<FhirResult> ValidateAsync(FhirCall call, OperationInput input) => AskAsync(call, input, async (terminology, set) =>
        Answer(await terminology.ValidateAsync(set, CodesOf(input), call.Aborted)));

    private static async Task<FhirResult> AskAsync(
        FhirCall call, OperationInput input, Func<ITerminology, ValueSetSource, Task<FhirResult>> askAsync)
    {
        if (call.Ports.Terminology is not { } terminology) return FhirPaths.Refuse(call.Request);
        var (set, refusal) = await SetOfAsync(call, input);
        if (refusal is not null) return refusal;
        try
        {
            return await askAsync(terminology, set!);
        }
        catch (TerminologyException e)
        {
            return FhirResult.Problem(e.Code == "not-found" ? 404 : 422, e.Code, e.Message);
        }
    }

    private static async Task<(ValueSetSource? Set, FhirResult? Refusal)> SetOfAsync(FhirCall call, OperationInput input)
    {
        if (call.HasId)
        {
            var stored = await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted);
            return ReadInteraction.RefuseMissing(call, stored) is { } missing
                ? (null, missing)
                : (new ValueSetSource(null, stored!.Content), null);
        }

        if (input.Resource("valueSet") is { IsEmpty: false } given)
            return Writing.RequestBody.ReadResource(given.Span, "ValueSet", "Parameters.parameter").Refusal is { } wrong
                ? (null, wrong)
                : (new ValueSetSource(null, given), null);
        return input.Text("url") is { Length: > 0 } url
            ? (new ValueSetSource(url, default), null)
            : throw new SearchException("required", "url", "The value set is named by url, or given as valueSet.");
    }

    private static List<LookedForCode> CodesOf(OperationInput input)
    {
        var codes = new List<LookedForCode>();
        if (input.Text("code") is { } code) codes.Add(new LookedForCode(input.Text("system"), code, input.Text("display")));
        if (input.Value("coding", "valueCoding") is { } coding) Add(coding, codes);
        if (input.Value("codeableConcept", "valueCodeableConcept") is { } concept && concept.TryGetProperty("coding", out var codings)
            && codings.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in codings.EnumerateArray()) Add(one, codes);
        }

        return codes.Count > 0
            ? codes
            : throw new SearchException("required", "code", "There is no code: give code with system, coding, or codeableConcept.");
    }

    private static void Add(JsonElement coding, List<LookedForCode> codes)
    {
        if (coding.TextOf("code") is { } code) codes.Add(new LookedForCode(coding.TextOf("system"), code, coding.TextOf("display")));
    }

    private static FhirResult Answer(CodeVerdict verdict)
    {
        var parameters = new JsonArray(new JsonObject { ["name"] = "result", ["valueBoolean"] = verdict.Result });
        if (verdict.Message is not null) parameters.Add(new JsonObject { ["name"] = "message", ["valueString"] = verdict.Message });
        if (verdict.Display is not null) parameters.Add(new JsonObject { ["name"] = "display", ["valueString"] = verdict.Display });
        return new FhirResult(200, JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["resourceType"] = "Parameters", ["parameter"] = parameters }));
    }
}
