using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Fhir;

/// <summary>One write as it was asked for, and the writes of known resources that it comes to.</summary>
/// <param name="Writes">None when nothing is to be written.</param>
/// <param name="Outcome">What comes of it; null for the outcome of the only write.</param>
internal sealed record WriteStep(IReadOnlyList<FhirWrite> Writes, WriteOutcome? Outcome);

/// <summary>
/// Tells which resources the conditional writes of a change are of, and which its conditional references point to: each is looked for in
/// what is stored and what the writes before it do; references when all are done (FHIR R4 http.html 3.1.0.11.2).
/// </summary>
internal static class WritePlan
{
    /// <summary>The steps in their order, up to one that is refused.</summary>
    public static IReadOnlyList<WriteStep> Of(FhirWrites writes, Workspace workspace, DateTimeOffset now)
    {
        if (writes.References.Count == 0 && !writes.Writes.Any(static write => write is ConditionalWrite))
            return [.. writes.Writes.Select(static write => new WriteStep([write], null))];
        // The writes are tried, to find what they make; then all is taken back.
        using var trial = workspace.Begin();
        var steps = new List<WriteStep>(writes.Writes.Count);
        var written = new HashSet<(string Type, string Id)>();
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var write in writes.Writes)
        {
            var step = StepOf(write, workspace);
            steps.Add(step);
            if (step.Outcome is { Problem: not null }) return steps;
            foreach (var one in step.Writes)
            {
                if (!written.Add((one.Type, one.Id)))
                {
                    steps[^1] = new WriteStep([], WriteOutcome.Refused(
                        400, "duplicate", $"Another entry writes {one.Type}/{one.Id} too."));
                    return steps;
                }

                var outcome = one.Decide(workspace.FindFhir(one.Type, one.Id), now);
                if (outcome.Problem is not null) return steps;
                if (outcome is { IsWritten: true, Row: { } row }) workspace.PutFhir(row);
            }

            var id = step.Writes is [var only] ? only.Id : step.Outcome?.Row?.Id;
            if (id is not null && id != write.Id) addresses.Add($"{write.Type}/{write.Id}", $"{write.Type}/{id}");
        }

        foreach (var reference in writes.References)
        {
            var matches = workspace.Matching(reference.Criteria);
            if (reference.Refusal(matches) is { } refusal) return [.. steps, new WriteStep([], refusal)];
            addresses[reference.Address] = $"{matches.Rows[0].Type}/{matches.Rows[0].Id}";
        }

        return addresses.Count == 0
            ? steps
            : [.. steps.Select(step => step with { Writes = [.. step.Writes.Select(write => write.WithAddresses(addresses))] })];
    }

    private static WriteStep StepOf(FhirWrite write, Workspace workspace)
    {
        if (write is not ConditionalWrite conditional) return new WriteStep([write], null);
        var resolution = conditional.Resolve(
            workspace.Matching(conditional.Criteria), id => workspace.FindFhir(write.Type, id) is not { Deleted: false });
        return new WriteStep(resolution.Writes, resolution.Outcome);
    }
}
