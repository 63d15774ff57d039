using CloudPacs.Hl7v2;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Makes the answers to a message: one in original mode; accept and application acknowledgement in enhanced mode, as MSH-15 and MSH-16 ask
/// (HL7 v2.5.1 2.9).
/// </summary>
internal static class AnswerBuilder
{
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(
        InboundMessage message, MessageOutcome outcome, IReadOnlyList<Problem> problems, IReadOnlyList<GroupReply> replies,
        AcknowledgmentOptions options)
    {
        if (message.Message is not { } request)
            return message.Listener.Settings.AnswerGarbage ? [Acknowledgment.Build(null, AcknowledgmentCode.AR, problems, options)] : [];

        var plan = PlanFor(message, request, outcome);
        var answers = new List<ReadOnlyMemory<byte>>(2);
        if (plan.Accept is { } accept) answers.Add(Accept(request, accept, problems, options));
        if (plan.Application is { } application) answers.Add(Application(message, request, application, problems, replies, options));
        return answers;
    }

    /// <summary>
    /// The stored answer under a new id and time; where it was the application's, an accept acknowledgement before it is made anew.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Repeat(
        InboundMessage message, ReadOnlyMemory<byte> before, AcknowledgmentOptions options)
    {
        if (before.IsEmpty || !Message.TryParse(before, ParseOptions.Default, out var stored, out _))
            return Build(message, MessageOutcome.Applied, [], [], options);

        var answers = new List<ReadOnlyMemory<byte>>(2);
        var isApplication = stored.Segment("MSA").Field(1).Raw is [(byte)'A', ..];
        if (isApplication && PlanFor(message, message.Message!, MessageOutcome.Applied).Accept is { } accept)
            answers.Add(Accept(message.Message!, accept, [], options));
        var again = MessageWriter.CopyOf(stored);
        again.Set(0, 7, Hl7Time.Format(options.Now));
        again.Set(0, 10, options.ControlId);
        answers.Add(again.ToArray());
        return answers;
    }

    /// <summary>MSA-1 of the last answer, or null.</summary>
    public static string? CodeOf(IReadOnlyList<ReadOnlyMemory<byte>> answers) =>
        answers.Count > 0 && Message.TryParse(answers[^1], ParseOptions.Default, out var answer, out _)
            ? answer.Segment("MSA").Field(1).Text
            : null;

    private static AcknowledgmentPlan PlanFor(InboundMessage message, Message request, MessageOutcome outcome)
    {
        var mode = Enum.Parse<AcknowledgmentMode>(message.Listener.Settings.AckMode, ignoreCase: true);
        // An answer that is none to us is a message gone astray: its sender is told so. Answers to ours never get here.
        return Acknowledgment.IsAcknowledgment(request)
            ? AcknowledgmentPlan.Decide(request.AcceptAcknowledgment, request.ApplicationAcknowledgment, mode, outcome)
            : AcknowledgmentPlan.Decide(request, mode, outcome);
    }

    private static byte[] Accept(
        Message request, AcknowledgmentCode code, IReadOnlyList<Problem> problems, AcknowledgmentOptions options) =>
        Acknowledgment.Build(
            request, code, code == AcknowledgmentCode.CA ? [] : problems, options with { ControlId = options.ControlId[..^1] + '0' });

    private static byte[] Application(
        InboundMessage message, Message request, AcknowledgmentCode code, IReadOnlyList<Problem> problems,
        IReadOnlyList<GroupReply> replies, AcknowledgmentOptions options)
    {
        if (!message.Listener.Settings.OrderReplies || replies.Count == 0 || !OrderReply.IsFor(request))
            return Acknowledgment.Build(request, code, problems, options);
        var items = replies.GroupBy(static reply => reply.GroupIndex)
            .ToDictionary(static group => group.Key, static group => Item(group.First()));
        return OrderReply.Build(request, new OrderGroups(request), items, code, problems, options);
    }

    private static OrderReplyItem Item(GroupReply reply) => new(reply.Control)
    {
        OrderStatus = reply.Status,
        PlacerOrderNumber = reply.PlacerNumber?.Value,
        FillerOrderNumber = reply.FillerNumber?.Value,
        AccessionNumber = reply.Steps.Count > 0 ? reply.Steps[0].AccessionNumber.Value : null,
        RequestedProcedureId = reply.Steps.Count > 0 ? reply.Steps[0].RequestedProcedureId : null,
        StudyInstanceUid = reply.Steps.Count > 0 ? reply.Steps[0].StudyInstanceUid : null,
        ScheduledProcedureStepIds = [.. reply.Steps.Select(static step => step.StepId)],
        ApplicationId = "CLOUDPACS",
    };
}
