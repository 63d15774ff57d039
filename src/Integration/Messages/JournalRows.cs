using CloudPacs.Hl7v2;
using CloudPacs.Store.Messages;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>Makes the journal row of a message.</summary>
internal static class JournalRows
{
    public static JournalRow Of(
        InboundMessage message, MessageStatus status, IReadOnlyList<Problem> problems, IReadOnlyCollection<string> flags,
        IReadOnlyList<ReadOnlyMemory<byte>> answers, IReadOnlyList<GroupReply>? replies = null)
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
            Keys = JournalKeys.Of(message, replies ?? []),
            Warnings = flags,
            Problems = ProblemJson.Of(problems),
            Raw = message.Raw,
            // The last answer is the application's where there are two.
            Acknowledgment = answers.Count > 0 ? answers[^1] : default,
        };
    }
}
