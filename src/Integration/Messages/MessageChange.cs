using CloudPacs.Exchange.Outbound;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Resources;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// A received message as a change of rows: what it says goes to the domain, what became of it into its answer and the journal. Without a
/// database in sight, so that tests of the maps and the engine do the very same.
/// </summary>
internal sealed class MessageChange(InboundMessage message, MessageAnswers answers, EntryVisibility visibility) : Change
{
    private SequenceVerdict? _sequence;
    private AppliedMessage? _before;
    private CommandAnswer? _outcome;
    private ResourceContext? _resources;

    public InboundMessage Message { get; private set; } = message;

    public override WorkspaceKeys Keys => Message.Keys;

    public override IReadOnlyList<string> Lanes => Message.Lanes;

    public override WorkspaceKeys? MoreKeys(Workspace workspace) => Message.MoreKeys(workspace);

    /// <summary>What became of the message; set when it was applied.</summary>
    public AppliedResult? Result { get; private set; }

    public override bool IsRepetition => Result?.Journal.Status == MessageStatus.Duplicate;

    protected override Effects Apply(Workspace workspace)
    {
        (_sequence, _before, _outcome, _resources) = (null, null, null, null);
        if (Message.Sequence is { } link)
        {
            var verdict = SequenceNumbers.Judge(Message, workspace.Sequence(link));
            _sequence = verdict;
            Message = Message with { ExpectedSequenceNumber = verdict.Answer };
            if (verdict.Action != SequenceAction.Apply) return Effects.None;
        }

        if (Message.Part is not null || Message.Refusals.Count > 0 || Message.Mapped is null) return Effects.None;
        if (Message.Identity is { } identity && workspace.FindApplied(identity) is { } known && IsInWindow(known))
        {
            _before = known;
            return Effects.None;
        }

        _outcome = Message.Commands!.Apply(workspace, visibility.WhyHidden);
        if (!_outcome.IsKept) return Effects.None;
        _resources = ResourcesOf(_outcome);
        return new Effects
        {
            IsKept = true, Resources = _resources, News = NewsOf(_outcome), Audit = answers.Audit(Message, _outcome, workspace),
        };
    }

    protected override void Complete(Workspace workspace, Effects effects, BatchRows rows)
    {
        Result = _sequence is { Action: not SequenceAction.Apply } verdict
            ? CompleteSequence(workspace, verdict)
            : CompleteContent(workspace);
        if (_sequence is { Action: SequenceAction.Apply, Answer: { } number })
            SequenceNumbers.Advance(
                workspace.Sequence(Message.Sequence!.Value), number, Message.Message!.ControlId, Result.Journal.Acknowledgment);
        rows.Journal.Add(Result.Journal);
    }

    /// <summary>A message that only asks for the expected number, comes again, or has another number than the expected one.</summary>
    private AppliedResult CompleteSequence(Workspace workspace, SequenceVerdict verdict)
    {
        if (verdict.Action == SequenceAction.Repeat) return answers.Repeat(Message, workspace.Sequence(Message.Sequence!.Value).LastAnswer);
        if (verdict.Action == SequenceAction.Refuse)
            return answers.Finish(Message, MessageStatus.Rejected, [verdict.Problem!], outcome: MessageOutcome.Refused);
        if (verdict.Restarts) SequenceNumbers.Restart(workspace.Sequence(Message.Sequence!.Value));
        return answers.Finish(Message, MessageStatus.Applied, [], flags: ["sequence_number_asked"]);
    }

    private AppliedResult CompleteContent(Workspace workspace)
    {
        if (Message.Part is { } part) return answers.Keep(Message, part);
        if (_before is not null) return answers.Repeat(Message, _before.Acknowledgment);
        if (_outcome is null)
        {
            return answers.Finish(
                Message, Message.IsParked ? MessageStatus.Parked : MessageStatus.Rejected, [.. Message.Refusals, .. Message.Warnings]);
        }

        if (_resources is not null) _outcome = _outcome.With(_resources.Problems.Concat(Message.Mapped!.NotDeleted));
        var flags = Flags(workspace, _outcome);
        IReadOnlyList<Problem> problems = [.. _outcome.Problems, .. Message.Warnings];
        if (!_outcome.IsKept) return answers.Finish(Message, MessageStatus.Rejected, problems, _outcome.Replies, flags);
        var result = answers.Finish(Message, MessageStatus.Applied, problems, _outcome.Replies, flags);
        if (Message.Identity is { } identity)
            workspace.Remember(new AppliedMessage(identity, Message.Id, Message.ReceivedAt, result.Journal.Acknowledgment));
        return result;
    }

    private News NewsOf(CommandAnswer applied) => new(
        applied.Audit, Message.ReceivedAt, Message.Sender!.Name,
        $"{Message.Message!.SendingApplication}|{Message.Message.SendingFacility}", applied.Reasons);

    private ResourceContext ResourcesOf(CommandAnswer applied) => new()
    {
        Now = Message.ReceivedAt,
        SiteZone = Message.Commands!.Context.SiteZone,
        Message = Message.Mapped,
        Described = applied.Described,
        Kept = applied.Kept,
        TextOnly = applied.TextOnly,
        Reasons = applied.Reasons,
        Warnings = Message.Mapped!.Warnings,
        Identifiers = Message.Sender!.IdentifiersFor(Message.Message!),
    };

    private bool IsInWindow(AppliedMessage known) =>
        known.MessageId == Message.Id
        || (Message.Origin.ReplayOf is null && Message.ReceivedAt - known.ReceivedAt <= Message.Policy!.DuplicateWindow);

    private List<string> Flags(Workspace workspace, CommandAnswer applied)
    {
        List<string> flags = [.. Message.Mapped!.Warnings, .. applied.Flags.Order(StringComparer.Ordinal)];
        if (Message.Identity is not { } identity) flags.Add("control_id_missing");
        else if (workspace.IsControlIdReused(identity)) flags.Add("control_id_reused");
        return flags;
    }
}
