using System.Globalization;
using CloudPacs.Hl7v2;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Messages;

/// <summary>What the sequence number protocol makes of a message.</summary>
internal enum SequenceAction
{
    /// <summary>It is next, or has no number: apply it.</summary>
    Apply,

    /// <summary>It only asks for the number that is expected, or begins anew.</summary>
    Tell,

    /// <summary>It is the last one again.</summary>
    Repeat,

    /// <summary>Its number is another one.</summary>
    Refuse,
}

/// <summary>Verdict on a message.</summary>
/// <param name="Answer">MSA-4: the number that was taken or is expected; -1 when any positive one is; null when the message has
/// none.</param>
/// <param name="Restarts">The next positive number is taken as it comes.</param>
/// <param name="Problem">Why it is refused.</param>
internal readonly record struct SequenceVerdict(SequenceAction Action, long? Answer, bool Restarts = false, Problem? Problem = null);

/// <summary>
/// The sequence number protocol of MSH-13 (HL7 v2.5.1 2.10.1): a sender numbers its messages, so that none is lost, doubled or overtaken.
/// </summary>
internal static class SequenceNumbers
{
    private const long AnyNumber = -1;
    private static readonly ErrorLocation Field = new("MSH", 1, 13);

    public static SequenceVerdict Judge(InboundMessage message, SequenceRow link)
    {
        var expected = link.Expected ?? AnyNumber;
        var text = message.Message![0].Field(13).ToString().Trim();
        if (text.Length == 0)
        {
            return message.Listener.Settings.Strict
                ? Refuse(101, "This link numbers its messages: send the sequence number in MSH-13.")
                : new SequenceVerdict(SequenceAction.Apply, null);
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < -1
            || number == long.MaxValue)
            return Refuse(102, "The sequence number is not a whole number from -1 on.");
        if (number == 0) return new SequenceVerdict(SequenceAction.Tell, expected);
        if (number == -1) return new SequenceVerdict(SequenceAction.Tell, AnyNumber, Restarts: true);
        if (expected == AnyNumber || number == expected) return new SequenceVerdict(SequenceAction.Apply, number);
        if (number == expected - 1 && message.Message!.ControlId == link.LastControlId)
            return new SequenceVerdict(SequenceAction.Repeat, number);
        return Refuse(207, "The sequence number is not the one that is expected: MSA-4 says which; send 0 to ask, -1 to begin anew.");

        SequenceVerdict Refuse(int code, string why) =>
            new(SequenceAction.Refuse, expected, Problem: new Problem(code, Severity.Error, Field, why));
    }

    /// <summary>The message was looked at, applied or not: the next one is expected.</summary>
    public static void Advance(SequenceRow link, long number, string controlId, ReadOnlyMemory<byte> answer)
    {
        (link.Expected, link.LastControlId, link.LastAnswer) = (number + 1, controlId, answer);
        link.Touch();
    }

    public static void Restart(SequenceRow link)
    {
        (link.Expected, link.LastControlId, link.LastAnswer) = (null, null, default);
        link.Touch();
    }
}
