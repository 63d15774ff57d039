namespace CloudPacs.Hl7v2;

/// <summary>How a link answers (setting <c>ack_mode</c>): many senders fill MSH-15 and MSH-16 and yet expect one plain answer.</summary>
public enum AcknowledgmentMode
{
    /// <summary>As MSH-15 and MSH-16 say; both empty is original mode.</summary>
    Auto,

    /// <summary>Always one application acknowledgement.</summary>
    Original,

    /// <summary>Always one accept acknowledgement, which then carries the outcome.</summary>
    Commit,

    /// <summary>Two phases; MSH-15 and MSH-16 both empty count as AL and AL.</summary>
    Enhanced,
}
