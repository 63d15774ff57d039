using CloudPacs.Fhir.Editing;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Searching;

namespace CloudPacs.FhirServer.Operations;

/// <summary>
/// $validate (FHIR R4 resource-operation-validate.html): first the one pass that every write takes, then, when that finds nothing, the
/// invariants and profiles.
/// </summary>
internal static class ValidateOperation
{
    public static async Task<FhirResult> RunAsync(FhirCall call, OperationInput input)
    {
        var mode = input.Text("mode");
        if (mode is not (null or "create" or "update" or "delete" or "profile"))
            throw new SearchException("value", "mode", "mode is one of create, update, delete and profile.");
        List<string> profiles = [.. input.Texts("profile")];
        if (mode == "profile" && profiles.Count == 0)
            throw new SearchException("required", "profile", "Of mode profile the parameter profile names one.");
        if (mode == "update" && !call.HasId)
            throw new SearchException("value", "mode", "An update is of a resource: name it in the address.");
        var issues = new List<FhirIssue>();
        if (RuleOf(call.Type, mode) is { } rule) issues.Add(rule);
        if (mode == "delete") return await DeletionAsync(call, issues);
        var resource = input.Resource("resource");
        if (resource.IsEmpty)
        {
            if (!call.HasId || mode is "create" or "update")
                throw new SearchException("required", "resource", "There is no resource to be judged.");
            var stored = await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted);
            if (ReadInteraction.RefuseMissing(call, stored) is { } refusal) return refusal;
            resource = stored!.Content;
        }

        return await JudgeAsync(call, resource, mode, profiles, issues);
    }

    private static async Task<FhirResult> JudgeAsync(
        FhirCall call, ReadOnlyMemory<byte> resource, string? mode, List<string> profiles, List<FhirIssue> issues)
    {
        var result = FhirValidator.Validate(resource.Span);
        issues.AddRange(result.Problems.Select(static problem => new FhirIssue(problem.Code, problem.Text)
        {
            Severity = problem.Severity.ToString().ToLowerInvariant(),
            Expression = problem.Expression.Length > 0 ? problem.Expression : null,
        }));
        if (result.IsValid) CheckAddress(call, resource, result.Type!, mode, issues);
        if (call.Ports.Judge is not { } judge)
        {
            if (profiles.Count > 0) throw new SearchException("not-supported", "profile", "This server knows no profiles.");
        }
        else if (result.IsValid)
        {
            var verdict = await judge.JudgeAsync(resource, profiles, call.Aborted);
            if (verdict.UnknownProfile is { } unknown)
                throw new SearchException("not-supported", "profile", $"This server does not know the profile {unknown}.");
            issues.AddRange(verdict.Issues);
        }
        else
        {
            const string Later = "Invariants and profiles are judged when these are mended.";
            issues.Add(new FhirIssue("informational", Later) { Severity = "information" });
        }

        return Outcome(issues, "Nothing is wrong with the resource.");
    }

    /// <summary>What an address says of the body, as in create and update.</summary>
    private static void CheckAddress(FhirCall call, ReadOnlyMemory<byte> resource, string type, string? mode, List<FhirIssue> issues)
    {
        if (type != call.Type.Name)
        {
            issues.Add(new FhirIssue("invalid", $"The resource is a {type}, the address is of {call.Type.Name}.") { Expression = type });
            return;
        }

        if (mode is not ("create" or "update")) return;
        var draft = ResourceDraft.Read(resource.Span);
        if (draft.IsSubsetted)
        {
            const string Part = "The resource is marked SUBSETTED: it is a part.";
            issues.Add(new FhirIssue("business-rule", Part) { Expression = $"{type}.meta.tag" });
        }

        if (mode == "update" && draft.Id != call.Id)
        {
            const string Other = "The id of the resource is another one than that of the address.";
            issues.Add(new FhirIssue("value", Other) { Expression = $"{type}.id" });
        }
    }

    /// <summary>Whether clients may do that with the type at all.</summary>
    private static FhirIssue? RuleOf(ServedType type, string? mode)
    {
        TypeInteractions? interaction = mode switch
        {
            "create" => TypeInteractions.Create,
            "update" => TypeInteractions.Update,
            "delete" => TypeInteractions.Delete,
            _ => null,
        };
        return interaction is { } asked && !type.Can(asked)
            ? new FhirIssue("business-rule", $"{type.Name} takes no {mode}: its resources follow from {type.Origin ?? "the server"}.")
            : null;
    }

    private static async Task<FhirResult> DeletionAsync(FhirCall call, List<FhirIssue> issues)
    {
        if (call.HasId && await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted) is null)
            issues.Add(new FhirIssue("not-found", $"There is no {call.Type.Name} with this id.") { Severity = "warning" });
        return Outcome(issues, "It may be deleted.");
    }

    private static FhirResult Outcome(List<FhirIssue> issues, string whenNone) => FhirResult.Problem(
        200, issues.Count > 0 ? issues : [new FhirIssue("informational", whenNone) { Severity = "information" }]);
}
