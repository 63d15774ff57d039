using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Operations;
using CloudPacs.Profiles.Isolation;

namespace CloudPacs.Profiles;

/// <summary>Has resources judged by the validator of the Firely SDK.</summary>
/// <param name="shelf">The definitions.</param>
public sealed class ProfileJudge(DefinitionShelf shelf) : IProfileJudge
{
    public async Task<ProfileVerdict> JudgeAsync(
        ReadOnlyMemory<byte> resource, IReadOnlyList<string> profiles, CancellationToken cancellationToken)
    {
        var question = new Question { Kind = QuestionKind.Judge, Profiles = profiles };
        var (answer, _) = await shelf.AskAsync(question, resource, cancellationToken).ConfigureAwait(false);
        return answer.Verdict ?? new ProfileVerdict([new FhirIssue(
            answer.ProblemCode!, $"Invariants and profiles are not judged. {answer.Problem}")
            { Severity = answer.ProblemCode == "too-costly" ? "error" : "warning" }]);
    }
}
