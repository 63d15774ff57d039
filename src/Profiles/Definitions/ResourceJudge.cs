using System.Text.Json;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Operations;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace CloudPacs.Profiles.Definitions;

/// <summary>Judges with the validator of the Firely SDK.</summary>
internal static class ResourceJudge
{
    /// <param name="loaded">By what it is judged.</param>
    /// <param name="json">The resource.</param>
    /// <param name="profiles">Canonical addresses of profiles, beside those that it names itself.</param>
    public static async Task<ProfileVerdict> JudgeAsync(
        LoadedDefinitions loaded, ReadOnlyMemory<byte> json, IReadOnlyList<string> profiles)
    {
        foreach (var profile in profiles)
        {
            if (await loaded.FindAsync(profile).ConfigureAwait(false) is not StructureDefinition) return new ProfileVerdict([], profile);
        }

        try
        {
            var resource = JsonSerializer.Deserialize<Resource>(json.Span, SiteSource.Json)!;
            var found = profiles.Cast<string?>().DefaultIfEmpty()
                .SelectMany(profile => loaded.Validator.Validate(resource, profile).Issue.Select(IssueOf)).ToList();
            return new ProfileVerdict([.. found.Distinct().Where(static issue => !IsOfReference(issue))]);
        }
        catch (Exception e) when (SdkFault.IsOfInput(e))
        {
            return new ProfileVerdict([new FhirIssue(
                "incomplete", "Invariants and profiles are not judged: the resource has what the validator cannot read.")
                { Severity = "warning" }]);
        }
    }

    /// <summary>
    /// ref-1 (a local reference is to a contained resource) is judged by the one pass before; the SDK takes a reference by identifier alone
    /// for one that breaks it.
    /// </summary>
    private static bool IsOfReference(FhirIssue issue) => issue.Diagnostics.Contains("constraint ref-1 ", StringComparison.Ordinal);

    private static FhirIssue IssueOf(OperationOutcome.IssueComponent issue) => new(
        issue.Code?.GetLiteral() ?? "processing", issue.Details?.Text ?? issue.Diagnostics ?? "It is not as it should be.")
    {
        Severity = issue.Severity?.GetLiteral() ?? "error", Expression = issue.Expression.FirstOrDefault(),
    };
}
