using CloudPacs.FhirServer.Writing;

namespace CloudPacs.FhirServer.Operations;

/// <summary>
/// Has resources that say which profiles they meet judged by these before they are written, and by the invariants of R4 with them: one that
/// does not meet them is refused (422). A profile that is not known is nothing to judge by.
/// </summary>
/// <param name="writer">Where resources are written.</param>
/// <param name="judge">Judges them.</param>
public sealed class JudgedWriter(IFhirWriter writer, IProfileJudge judge) : IFhirWriter
{
    public string NewId() => writer.NewId();

    public async Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken)
    {
        for (var place = 0; place < writes.Writes.Count; place++)
        {
            if (writes.Writes[place] is not { Content: { Profiles.Count: > 0 } draft } write) continue;
            var resource = draft.Stamp(write.Id, 1, DateTimeOffset.UnixEpoch);
            var verdict = await judge.JudgeAsync(resource, [], cancellationToken);
            // What could not be judged is no fault of the resource.
            List<FhirIssue> wrong =
                [.. verdict.Issues.Where(static issue => issue.Severity is "error" or "fatal" && issue.Code != "incomplete")];
            if (wrong.Count == 0) continue;
            // None of those before it is done either.
            return [.. Enumerable.Repeat(WriteOutcome.Kept(200, row: null), place), WriteOutcome.Refused(422, wrong)];
        }

        return await writer.ApplyAsync(writes, cancellationToken);
    }
}
