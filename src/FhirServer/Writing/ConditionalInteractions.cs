using CloudPacs.Fhir.Editing;

namespace CloudPacs.FhirServer.Writing;

/// <summary>Writes that find their resource by criteria (FHIR R4 http.html 3.1.0.8.1, 3.1.0.4.3, 3.1.0.5.1, 3.1.0.7.1).</summary>
internal static class ConditionalInteractions
{
    public const string IfNoneExist = "If-None-Exist";

    /// <summary>A create that makes nothing when a resource meets the criteria of If-None-Exist.</summary>
    public static async Task<FhirResult> CreateAsync(FhirCall call, ResourceDraft draft)
    {
        var text = call.Request.Headers[IfNoneExist].ToString();
        var found = await CriteriaLookup.FindAsync(call, call.Type.Name, CriteriaOf(text, call.Type.Name), most: 1);
        if (found.Criteria is not { } criteria) return found.Refusal!;
        return found.Matches switch
        {
            [] => await WriteInteractions.ApplyAsync(call, new ConditionalCreate(draft, criteria, call.Ports.Writer.NewId())),
            [var only] => WriteAnswer.Of(call, ConditionalCreate.Met(only), Preferences.Of(call.Request)),
            _ => Several(call, 1),
        };
    }

    public static async Task<FhirResult> UpdateAsync(FhirCall call)
    {
        var found = await FindAsync(call, most: 1);
        if (found.Criteria is not { } criteria) return found.Refusal!;
        if (found.Matches.Count > 1) return Several(call, 1);
        var (draft, refusal) = await WriteInteractions.ReadAsync(call);
        if (refusal is not null) return refusal;
        var expected = ExpectedVersion.Of(call.Request);
        return await WriteInteractions.ApplyAsync(
            call, new ConditionalUpdate(draft!, criteria, call.Ports.Writer.NewId(), expected));
    }

    public static Task<FhirResult> PatchAsync(FhirCall call) => PatchInteraction.PatchAsync(call, async () =>
    {
        var found = await FindAsync(call, most: 1);
        return found switch
        {
            { Refusal: { } refusal } => (null, refusal),
            { Matches: [] } => (null, FhirResult.Problem(404, "not-found", $"No {call.Type.Name} meets the criteria.")),
            { Matches: [var only] } => (only.Id, null),
            _ => (null, Several(call, 1)),
        };
    });

    public static async Task<FhirResult> DeleteAsync(FhirCall call)
    {
        var most = call.Ports.MostDeleted;
        if (string.IsNullOrEmpty(call.Request.QueryString.Value?.TrimStart('?')))
            return FhirResult.Problem(412, new FhirIssue("required", "There are no criteria: every resource would meet them.")
            {
                Parameter = "criteria",
            });
        var found = await FindAsync(call, most);
        if (found.Criteria is not { } criteria) return found.Refusal!;
        if (found.Matches.Count == 0) return new FhirResult(204, default);
        return found.Matches.Count > most
            ? Several(call, most)
            : await WriteInteractions.ApplyAsync(
                call, new ConditionalDelete(criteria, call.Ports.Writer.NewId(), most, ExpectedVersion.Of(call.Request)));
    }

    /// <summary>The criteria of If-None-Exist: some clients write a question mark, or the type before it.</summary>
    public static string CriteriaOf(string header, string type) =>
        header.StartsWith(type + "?", StringComparison.Ordinal) ? header[(type.Length + 1)..] : header;

    private static Task<CriteriaFound> FindAsync(FhirCall call, int most) =>
        CriteriaLookup.FindAsync(call, call.Type.Name, call.Request.QueryString.Value ?? "", most);

    private static FhirResult Several(FhirCall call, int most) =>
        WriteAnswer.Of(call, ConditionalWrite.SeveralMatch(call.Type.Name, most), Preference.Representation);
}
