using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Resources;
using CloudPacs.Integration.Worklist;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Applies one message to the rows of a workspace and says what to answer: the whole meaning of an inbound message, without a database in
/// sight, so that map tests and the engine do the very same.
/// </summary>
internal sealed class MessageApplier(IdSource ids, EntryVisibility visibility)
{
    public AppliedResult Apply(InboundMessage message, Workspace workspace)
    {
        if (message.Sequence is not { } key) return ApplyContent(message, workspace);

        var link = workspace.Sequence(key);
        var verdict = SequenceNumbers.Judge(message, link);
        message = message with { ExpectedSequenceNumber = verdict.Answer };
        switch (verdict.Action)
        {
            case SequenceAction.Tell:
                if (verdict.Restarts) SequenceNumbers.Restart(link);
                return Finish(message, MessageOutcome.Applied, [], MessageStatus.Applied, [], ["sequence_number_asked"], []);
            case SequenceAction.Refuse:
                return Finish(message, MessageOutcome.Refused, [verdict.Problem!], MessageStatus.Rejected, [], [], []);
            case SequenceAction.Repeat:
                return Repeat(message, link.LastAnswer);
            default:
                var result = ApplyContent(message, workspace);
                if (verdict.Answer is { } number) SequenceNumbers.Advance(link, number, message.Message!.ControlId, result.Journal.Acknowledgment);
                return result;
        }
    }

    private AppliedResult ApplyContent(InboundMessage message, Workspace workspace)
    {
        if (message.Part is { } part) return Keep(message, part);
        if (message.Refusals.Count > 0 || message.Mapped is null)
            return Finish(message, OutcomeOf(message.Refusals), message.Refusals, message.IsParked ? MessageStatus.Parked : MessageStatus.Rejected, [], [], []);
        if (message.Identity is { } identity && workspace.FindApplied(identity) is { } before && IsInWindow(message, before)) return Repeat(message, before.Acknowledgment);

        using var savepoint = workspace.Begin();
        var outcome = Dispatch(message, workspace);
        if (!outcome.IsKept)
            return Finish(message, OutcomeOf(outcome.Problems), outcome.Problems, MessageStatus.Rejected, outcome.Replies, Flags(message, workspace, outcome), []);

        ResourceWriter.Write(workspace, savepoint.Changed, new ResourceContext
        {
            Now = message.ReceivedAt,
            SiteZone = message.Facts!.SiteZone,
            Message = message.Mapped,
            Described = outcome.Described,
            Reasons = outcome.Reasons,
            Warnings = message.Mapped.Warnings,
            Identify = (number, type) => message.Sender!.Identify(message.Message!, number.ToMapped(), type),
        });
        var result = Finish(message, OutcomeOf(outcome.Problems), [.. outcome.Problems, .. message.Warnings], MessageStatus.Applied, outcome.Replies, Flags(message, workspace, outcome), Audit(message, outcome));
        if (message.Identity is { } applied)
            workspace.Remember(new AppliedMessage(applied, message.Id, message.ReceivedAt, result.Journal.Acknowledgment));
        savepoint.Keep();
        return result;
    }

    /// <summary>What a message is answered when the database is away: it may be sent again unchanged.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Unavailable(InboundMessage message) =>
        AnswerBuilder.Build(message, MessageOutcome.NotStored, [DatabaseAway], [], Options(message));

    public static Problem InternalError { get; } = new(207, Severity.Error, null,
        "The engine could not apply this message; it is kept and its operator can replay it. Do not send it again.");

    private static readonly Problem Incomplete = new(0, Severity.Warning, new ErrorLocation("DSC", 1, 1),
        "Kept until the part with this pointer in MSH-14 comes, and applied with it.");

    private static readonly Problem DatabaseAway = new(207, Severity.Error, null, "The database is not available: send the message again later.");

    private Outcome Dispatch(InboundMessage message, Workspace workspace)
    {
        var (mapped, policy, facts) = (message.Mapped!, message.Policy!, message.Facts!);
        var rules = new SiteRules { Strict = message.Listener.Settings.Strict, WhyHidden = visibility.WhyHidden };
        return MessageGate.Kind(message.Message!) switch
        {
            MessageKind.Order => OrderMessage.Apply(mapped, workspace, policy, facts, rules),
            MessageKind.Patient => PatientMessage.Apply(mapped, workspace, policy, facts, rules),
            _ => AppointmentMessage.Apply(mapped, workspace, policy, facts, rules),
        };
    }

    /// <summary>A part is applied with the whole, of which the answer to the last part tells.</summary>
    private AppliedResult Keep(InboundMessage message, MessagePart part)
    {
        IReadOnlyList<Problem> problems = part.IsLast ? [] : [Incomplete, .. message.Warnings];
        var answers = part.IsLast ? [] : AnswerBuilder.Build(message, MessageOutcome.Applied, problems, [], Options(message));
        return new AppliedResult(MessageOutcome.Applied, problems, answers, JournalOf(message, MessageStatus.Part, problems, [], answers), []);
    }

    /// <summary>Already applied: the same answer again under a new id and time, and nothing else.</summary>
    private AppliedResult Repeat(InboundMessage message, ReadOnlyMemory<byte> before)
    {
        var answers = AnswerBuilder.Repeat(message, before, Options(message));
        return new AppliedResult(MessageOutcome.Applied, [], answers, JournalOf(message, MessageStatus.Duplicate, [], ["duplicate"], answers), []);
    }

    private AppliedResult Finish(
        InboundMessage message, MessageOutcome outcome, IReadOnlyList<Problem> problems, MessageStatus status, IReadOnlyList<GroupReply> replies,
        IReadOnlyCollection<string> warnings, IReadOnlyList<AuditRow> audit)
    {
        var answers = AnswerBuilder.Build(message, outcome, problems, replies, Options(message));
        return new AppliedResult(outcome, problems, answers, JournalOf(message, status, problems, warnings, answers), audit);
    }

    private AcknowledgmentOptions Options(InboundMessage message) => new(ControlIds.Of(ids.Next()), message.ReceivedAt) { ExpectedSequenceNumber = message.ExpectedSequenceNumber };

    private static bool IsInWindow(InboundMessage message, AppliedMessage before) =>
        before.MessageId == message.Id || (message.Origin.ReplayOf is null && message.ReceivedAt - before.ReceivedAt <= message.Policy!.DuplicateWindow);

    /// <summary>AA without errors; 200 to 203 and unreadable data reject; else the content is at fault.</summary>
    private static MessageOutcome OutcomeOf(IReadOnlyList<Problem> problems)
    {
        var error = problems.FirstOrDefault(static p => p.Severity is Severity.Error or Severity.Fatal);
        if (error is null) return MessageOutcome.Applied;
        return error.Code is >= 200 and <= 203 || error.Location is null ? MessageOutcome.Rejected : MessageOutcome.ContentError;
    }

    private static List<string> Flags(InboundMessage message, Workspace workspace, Outcome outcome)
    {
        List<string> flags = [.. message.Mapped!.Warnings, .. outcome.Flags.Order(StringComparer.Ordinal)];
        if (message.Identity is not { } identity) flags.Add("control_id_missing");
        else if (workspace.IsControlIdReused(identity)) flags.Add("control_id_reused");
        return flags;
    }

    private List<AuditRow> Audit(InboundMessage message, Outcome outcome) => [.. outcome.Audit.Select(act => new AuditRow
    {
        Id = ids.Next(),
        At = message.ReceivedAt,
        Action = act.Verb,
        Actor = message.Sender!.Name,
        Source = message.Origin.RemoteAddress,
        MessageId = message.Id,
        Entity = act.Subject.ToString(),
    })];

    private static JournalRow JournalOf(
        InboundMessage message, MessageStatus status, IReadOnlyList<Problem> problems, IReadOnlyCollection<string> warnings, IReadOnlyList<ReadOnlyMemory<byte>> answers)
    {
        var header = message.Message;
        return new JournalRow
        {
            Id = message.Id,
            ReceivedAt = message.ReceivedAt,
            Status = status,
            Listener = message.Listener.Name,
            RemoteAddress = message.Origin.RemoteAddress,
            Sender = message.Sender?.Name ?? "",
            SendingApplication = header?.SendingApplication,
            SendingFacility = header?.SendingFacility,
            MessageType = header?.MessageType,
            TriggerEvent = header?.TriggerEvent,
            Structure = header?.Structure,
            ControlId = header?.ControlId,
            Version = header?.Version,
            ProcessingId = header?.ProcessingId,
            AckCode = AnswerBuilder.CodeOf(answers),
            MapVersion = message.Mapped?.MapVersion,
            ReplayOf = message.Origin.ReplayOf,
            ContentHash = message.Identity?.ContentHash,
            Keys = JournalKeys.Of(message),
            Warnings = warnings,
            Problems = ProblemJson.Of(problems),
            Raw = message.Raw,
            // The last answer is the application's where there are two.
            Acknowledgment = answers.Count > 0 ? answers[^1] : default,
        };
    }
}
