using CloudPacs.Exchange;
using CloudPacs.Hl7v2;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Whether a message is one that this engine serves, by its header alone (HL7 v2.5.1 2.9.2.2 step 1: what is not acceptable here is
/// answered AR and need not be sent again unchanged).
/// </summary>
internal static class MessageGate
{
    // All of a message is applied in one transaction, during which its writer serves nobody else.
    private const int MaxGroups = 1000;

    private const string Served = "Send ORM^O01, OMG^O19, OMI^O23, ADT, SIU, ORU^R01 or MDM.";

    /// <summary>The problems that refuse the message; empty when it may go on.</summary>
    public static List<Problem> Check(Message message, ListenerProfile listener)
    {
        var problems = new List<Problem>();
        if (Kind(message) == MessageKind.Unsupported)
        {
            problems.Add(new Problem(200, Severity.Error, new ErrorLocation("MSH", 1, 9), WhyUnsupported(message)));
        }

        var processing = message.ProcessingId.ToUpperInvariant();
        if (processing is "T" or "D" && !listener.Settings.AllowTestMessages)
        {
            problems.Add(new Problem(202, Severity.Error, new ErrorLocation("MSH", 1, 11),
                "This is a production link: training and debug messages are refused (Mllp:AllowTestMessages admits them)."));
        }

        foreach (var id in (ReadOnlySpan<string>)["ORC", "OBR", "IPC", "PID"])
        {
            if (message.Count(id) > MaxGroups)
                problems.Add(
                    new Problem(
                        198, Severity.Error, new ErrorLocation(id, MaxGroups + 1),
                        $"A message holds at most {MaxGroups} orders, steps or patients: send several messages."));
        }

        if (message.IsWide && !listener.Settings.AllowUtf16)
        {
            problems.Add(new Problem(103, Severity.Error, new ErrorLocation("MSH", 1, 18),
                "UTF-16 and UTF-32 can hold the bytes that begin and end a frame: send UNICODE UTF-8 (Mllp:AllowUtf16 admits them)."));
        }

        if (listener.Settings.Strict && !IsKnownVersion(message.Version))
            problems.Add(new Problem(203, Severity.Error, new ErrorLocation("MSH", 1, 12), "The version is not one of 2.1 to 2.9."));
        return problems;
    }

    public static MessageKind Kind(Message message) =>
        (message.MessageType.ToUpperInvariant(), message.TriggerEvent.ToUpperInvariant()) switch
        {
            ("ORM", "O01") or ("OMG", "O19") or ("OMI", "O23") => MessageKind.Order,
            ("ADT", not "") => MessageKind.Patient,
            ("SIU", not "") => MessageKind.Schedule,
            ("ORU", "R01" or "") => MessageKind.Report,
            ("MDM", not "") => MessageKind.Report,
            _ => MessageKind.Unsupported,
        };

    /// <summary>
    /// An answer to one of our own answers, recognised by our control ids: it is never answered, or two engines would talk for ever.
    /// </summary>
    public static bool IsAnswerToOurs(Message message) =>
        message.SegmentCount > 1 && message[1].Is("MSA") && ControlIds.IsOurs(message[1].Field(2).Text);

    /// <summary>Message type and trigger event (HL7 v2.5.1 2.15.9.9): what is missing is not called unknown.</summary>
    private static string WhyUnsupported(Message message)
    {
        var type = message.MessageType;
        if (type.Length == 0) return $"MSH-9 is empty: it must name the message type and event. {Served}";
        return message.TriggerEvent.Length == 0 && type.ToUpperInvariant() is "ADT" or "SIU" or "MDM"
            ? $"MSH-9.2, the event, is empty and there is no EVN-1. {Served}"
            : $"Type {Printable(type)} is not served here. {Served}";
    }

    private static bool IsKnownVersion(string version) =>
        version is "2.1" or "2.2" or "2.3" or "2.3.1" or "2.4" or "2.5" or "2.5.1" or "2.6" or "2.7" or "2.7.1" or "2.8" or "2.8.1"
            or "2.8.2" or "2.9" or "2.9.1";

    private static string Printable(string type) =>
        type.Length is > 0 and <= 8 && type.All(char.IsAsciiLetterOrDigit) ? type : "(unreadable)";
}
