using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What an HL7 answer to a delivery, or its absence, means for it.</summary>
internal static class MllpVerdict
{
    public static Verdict Of(MllpAnswer answer) => answer.Status switch
    {
        MllpAnswerStatus.Answered => OfContent(answer.Payload),
        _ => new(DeliveryState.Waiting, Verdict.Plain(answer.Problem ?? answer.Status.ToString())),
    };

    /// <summary>Whether the content answers the message of that id (MSA-2); anything else is waited past.</summary>
    public static bool IsAnswerTo(ReadOnlyMemory<byte> content, string controlId) =>
        Message.TryParse(content, ParseOptions.Default, out var message, out _) && message.Segment("MSA") is { Exists: true } msa
        && msa.Field(2).Unpadded == controlId;

    /// <summary>
    /// Accepted, refused, or not possible now: AR without a code, or with 206 or 207 of table 0357, is worth another attempt
    /// (HL7 v2.5.1 2.9.2).
    /// </summary>
    private static Verdict OfContent(ReadOnlyMemory<byte> content)
    {
        if (!Message.TryParse(content, ParseOptions.Default, out var message, out _)) return new(DeliveryState.Waiting, "no HL7");
        var msa = message.Segment("MSA");
        var code = msa.Field(1).Unpadded ?? "";
        var text = Verdict.Plain($"{code} {ErrorOf(message)}".TrimEnd());
        return code switch
        {
            "AA" or "CA" => new(DeliveryState.Sent, null),
            "AR" or "CR" when CodeOf(message) is null or "206" or "207" => new(DeliveryState.Waiting, text),
            _ => new(DeliveryState.Parked, text),
        };
    }

    private static string? CodeOf(Message message)
    {
        var err = message.Segment("ERR");
        return err.Field(3).Component(1).Unpadded ?? err.Field(1).Component(4).SubComponent(1).Unpadded;
    }

    /// <summary>Code and place; texts of other systems may hold data of patients.</summary>
    private static string ErrorOf(Message message)
    {
        var err = message.Segment("ERR");
        return $"{CodeOf(message)} {System.Text.Encoding.ASCII.GetString(err.Field(2).Raw)}".Trim();
    }
}
