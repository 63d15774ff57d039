using CloudPacs.Hl7v2;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Messages;

/// <summary>What became of a message, and what to answer.</summary>
/// <param name="Outcome">What the answer depends on.</param>
/// <param name="Problems">Errors first, then warnings.</param>
/// <param name="Answers">Payloads to send back, in order; none when the sender asked for none.</param>
/// <param name="Journal">Journal row.</param>
internal sealed record AppliedResult(
    MessageOutcome Outcome, IReadOnlyList<Problem> Problems, IReadOnlyList<ReadOnlyMemory<byte>> Answers, JournalRow Journal)
{
    public Problem? FirstError => Problems.FirstOrDefault(static problem => problem.Severity is Severity.Error or Severity.Fatal);
}
