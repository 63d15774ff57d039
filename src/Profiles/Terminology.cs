using CloudPacs.FhirServer.Operations;
using CloudPacs.Profiles.Isolation;

namespace CloudPacs.Profiles;

/// <summary>Has the terminology service of the Firely SDK answer.</summary>
/// <param name="shelf">The definitions.</param>
public sealed class Terminology(DefinitionShelf shelf) : ITerminology
{
    public async Task<ReadOnlyMemory<byte>> ExpandAsync(
        ValueSetSource set, string? filter, int offset, int? count, CancellationToken cancellationToken) =>
        (await AskAsync(
            new Question { Kind = QuestionKind.Expand, Url = set.Url, Filter = filter, Offset = offset, Count = count },
            set, cancellationToken).ConfigureAwait(false)).Content;

    public async Task<CodeVerdict> ValidateAsync(
        ValueSetSource set, IReadOnlyList<LookedForCode> codes, CancellationToken cancellationToken) =>
        (await AskAsync(new Question { Kind = QuestionKind.ValidateCode, Url = set.Url, Codes = codes }, set, cancellationToken)
            .ConfigureAwait(false)).Answer.Code!;

    private async Task<(Answer Answer, ReadOnlyMemory<byte> Content)> AskAsync(
        Question question, ValueSetSource set, CancellationToken cancellationToken)
    {
        var (answer, content) = await shelf.AskAsync(question, set.Content, cancellationToken).ConfigureAwait(false);
        return answer.Problem is null ? (answer, content) : throw new TerminologyException(answer.ProblemCode!, answer.Problem);
    }
}
