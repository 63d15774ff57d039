namespace CloudPacs.Hl7v2;

/// <summary>Which answers to send: in this order, at once and later; null for none.</summary>
/// <param name="Accept">The accept acknowledgement (CA, CE, CR) of enhanced mode.</param>
/// <param name="Application">The application acknowledgement (AA, AE, AR).</param>
public readonly record struct AcknowledgmentPlan(AcknowledgmentCode? Accept, AcknowledgmentCode? Application)
{
    /// <summary>Decides by the fields, the link and the outcome (HL7 v2.5.1 2.9.2 and 2.9.3).</summary>
    /// <param name="acceptType">MSH-15, table 0155; empty when not sent.</param>
    /// <param name="applicationType">MSH-16.</param>
    /// <param name="mode">The link's setting.</param>
    /// <param name="outcome">What became of the message.</param>
    public static AcknowledgmentPlan Decide(string acceptType, string applicationType, AcknowledgmentMode mode, MessageOutcome outcome)
    {
        var isEmpty = acceptType.Length == 0 && applicationType.Length == 0;
        if (mode == AcknowledgmentMode.Original || (mode == AcknowledgmentMode.Auto && isEmpty)) return new(null, ApplicationCode(outcome));
        if (mode == AcknowledgmentMode.Commit) return new(CommitOnlyCode(outcome), null);
        if (isEmpty) acceptType = applicationType = "AL";

        var accept = AcceptCode(outcome);
        var application = ApplicationCode(outcome);
        var isAccepted = accept == AcknowledgmentCode.CA;
        // MSH-15 = NE with MSH-16 = AL is original mode: there the one answer also reports a reject (2.9.3).
        var isOriginal = !IsAsked(acceptType) && IsAsked(applicationType);
        return new(
            Sends(acceptType, isAccepted) ? accept : null,
            (isAccepted || isOriginal) && Sends(applicationType, application == AcknowledgmentCode.AA) ? application : null);
    }

    /// <summary>
    /// Decides for a message. One that answers another message only gets the accept acknowledgement that its own MSH-15 asks for; an accept
    /// acknowledgement gets nothing.
    /// </summary>
    public static AcknowledgmentPlan Decide(Message message, AcknowledgmentMode mode, MessageOutcome outcome)
    {
        if (!Acknowledgment.IsAcknowledgment(message))
            return Decide(message.AcceptAcknowledgment, message.ApplicationAcknowledgment, mode, outcome);

        var code = message.Find(SegmentId.Msa, 1).Field(1);
        var isAccept = code.TextEquals("CA"u8) || code.TextEquals("CE"u8) || code.TextEquals("CR"u8);
        var accept = AcceptCode(outcome);
        return isAccept || !Sends(message.AcceptAcknowledgment, accept == AcknowledgmentCode.CA) ? default : new(accept, null);
    }

    /// <summary>Table 0155. A value that is not in it is read as AL: silence would make the sender wait.</summary>
    private static bool Sends(string type, bool isSuccess) => type.ToUpperInvariant() switch
    {
        "" or "NE" => false,
        "ER" => !isSuccess,
        "SU" => isSuccess,
        _ => true,
    };

    private static bool IsAsked(string type) => type.Length > 0 && !type.Equals("NE", StringComparison.OrdinalIgnoreCase);

    private static AcknowledgmentCode ApplicationCode(MessageOutcome outcome) => outcome switch
    {
        MessageOutcome.Applied => AcknowledgmentCode.AA,
        MessageOutcome.ContentError or MessageOutcome.Refused => AcknowledgmentCode.AE,
        _ => AcknowledgmentCode.AR,
    };

    private static AcknowledgmentCode AcceptCode(MessageOutcome outcome) => outcome switch
    {
        MessageOutcome.Applied or MessageOutcome.ContentError => AcknowledgmentCode.CA,
        MessageOutcome.Rejected => AcknowledgmentCode.CR,
        _ => AcknowledgmentCode.CE,
    };

    private static AcknowledgmentCode CommitOnlyCode(MessageOutcome outcome) =>
        // No second phase would ever report to the sender an order that was not applied.
        outcome == MessageOutcome.ContentError ? AcknowledgmentCode.CE : AcceptCode(outcome);
}
