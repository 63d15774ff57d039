using CloudPacs.Exchange;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>What a sender is answered, and the journal and audit rows that tell of a message.</summary>
internal sealed class MessageAnswers(IdSource ids)
{
    private static readonly Problem Incomplete = new(0, Severity.Warning, new ErrorLocation("DSC", 1, 1),
        "Kept until the part with this pointer in MSH-14 comes, and applied with it.");

    private static readonly Problem DatabaseAway = new(
        207, Severity.Error, null, "The database is not available: send the message again later.");

    public static Problem InternalError { get; } = new(207, Severity.Error, null,
        "The engine could not apply this message; it is kept and its operator can replay it. Do not send it again.");

    /// <summary>What a message is answered when the database is away: it may be sent again unchanged.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Unavailable(InboundMessage message) =>
        AnswerBuilder.Build(message, MessageOutcome.NotStored, [DatabaseAway], [], Options(message));

    /// <summary>A part is applied with the whole, of which the answer to the last part tells.</summary>
    public AppliedResult Keep(InboundMessage message, MessagePart part)
    {
        IReadOnlyList<Problem> problems = part.IsLast ? [] : [Incomplete, .. message.Warnings];
        var built = part.IsLast ? [] : AnswerBuilder.Build(message, MessageOutcome.Applied, problems, [], Options(message));
        return new AppliedResult(MessageOutcome.Applied, problems, built, JournalRows.Of(message, MessageStatus.Part, problems, [], built));
    }

    /// <summary>Already applied: the same answer again under a new id and time, and nothing else.</summary>
    public AppliedResult Repeat(InboundMessage message, ReadOnlyMemory<byte> before)
    {
        var built = AnswerBuilder.Repeat(message, before, Options(message));
        return new AppliedResult(
            MessageOutcome.Applied, [], built, JournalRows.Of(message, MessageStatus.Duplicate, [], ["duplicate"], built));
    }

    /// <summary>Applied or refused.</summary>
    public AppliedResult Finish(
        InboundMessage message, MessageStatus status, IReadOnlyList<Problem> problems, IReadOnlyList<GroupReply>? replies = null,
        IReadOnlyCollection<string>? flags = null, MessageOutcome? outcome = null)
    {
        var result = outcome ?? OutcomeOf(problems);
        var built = AnswerBuilder.Build(message, result, problems, replies ?? [], Options(message));
        return new AppliedResult(result, problems, built, JournalRows.Of(message, status, problems, flags ?? [], built, replies));
    }

    public IReadOnlyList<AuditRow> Audit(InboundMessage message, CommandAnswer outcome, Workspace workspace) =>
        AuditTrail.Of(outcome.Audit, outcome.Reasons, workspace, message.Commands!.Context, message.Origin.RemoteAddress, ids);

    private AcknowledgmentOptions Options(InboundMessage message) =>
        new(ControlIds.Of(ids.Next()), message.ReceivedAt) { ExpectedSequenceNumber = message.ExpectedSequenceNumber };

    /// <summary>AA without errors; 200 to 203 and unreadable data reject; else the content is at fault.</summary>
    private static MessageOutcome OutcomeOf(IReadOnlyList<Problem> problems)
    {
        var error = problems.FirstOrDefault(static p => p.Severity is Severity.Error or Severity.Fatal);
        if (error is null) return MessageOutcome.Applied;
        return error.Code is >= 200 and <= 203 || error.Location is null ? MessageOutcome.Rejected : MessageOutcome.ContentError;
    }
}
