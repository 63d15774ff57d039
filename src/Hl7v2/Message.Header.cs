namespace CloudPacs.Hl7v2;

/// <content>The header in words. Each of these makes a string (empty when there is no value); paths that must not allocate use
/// <see cref="Get"/>.</content>
public sealed partial class Message
{
    /// <summary>MSH-3.1.</summary>
    public string SendingApplication => Header(3).ToString();

    /// <summary>MSH-4.1.</summary>
    public string SendingFacility => Header(4).ToString();

    /// <summary>MSH-5.1.</summary>
    public string ReceivingApplication => Header(5).ToString();

    /// <summary>MSH-6.1.</summary>
    public string ReceivingFacility => Header(6).ToString();

    /// <summary>MSH-7.</summary>
    public Element Time => Header(7);

    /// <summary>
    /// The offset from UTC in MSH-7: by the standard the default for all times of the message (HL7 v2.5.1 2.15.9.7). Null when it has none.
    /// </summary>
    public TimeSpan? DefaultOffset => Time.TryGetTime(out var time) ? time.Offset : null;

    /// <summary>MSH-9.1, such as <c>ORM</c>.</summary>
    public string MessageType => Code(Header(9));

    /// <summary>MSH-10.</summary>
    public string ControlId => Header(10).ToString();

    /// <summary>MSH-11.1: P, T or D.</summary>
    public string ProcessingId => Code(Header(11));

    /// <summary>MSH-12.1, such as <c>2.5.1</c>.</summary>
    public string Version => Code(Header(12));

    /// <summary>MSH-13.</summary>
    public Element SequenceNumber => Header(13);

    /// <summary>MSH-14: set in the later parts of a message that was cut.</summary>
    public Element ContinuationPointer => Header(14);

    /// <summary>DSC-1: set in the earlier parts of a message that was cut.</summary>
    public Element NextContinuationPointer => Find(SegmentId.Dsc, 1).Field(1);

    /// <summary>MSH-15 (table 0155).</summary>
    public string AcceptAcknowledgment => Code(Header(15));

    /// <summary>MSH-16 (table 0155).</summary>
    public string ApplicationAcknowledgment => Code(Header(16));

    /// <summary>
    /// The event: MSH-9.2, else EVN-1 (2.1 and 2.2 senders), else the only event that the type had then (<c>ORM</c> alone is O01).
    /// </summary>
    public string TriggerEvent
    {
        get
        {
            if (Code(Header(9).Component(2)) is { Length: > 0 } sent) return sent;
            if (Code(Find(SegmentId.Evn, 1).Field(1)) is { Length: > 0 } fromEvent) return fromEvent;
            return MessageType switch
            {
                "ORM" => "O01",
                "ORR" => "O02",
                "ORU" => "R01",
                "OMG" => "O19",
                "OMI" => "O23",
                _ => "",
            };
        }
    }

    /// <summary>The message structure: MSH-9.3, else found by type, event and version (see <see cref="MessageStructures"/>).</summary>
    public string Structure => Code(Header(9).Component(3)) is { Length: > 0 } sent
        ? sent
        : MessageStructures.Find(MessageType, TriggerEvent, Version);

    private static string Code(Element element) => element.Unpadded ?? "";

    private Element Header(int field) => SegmentCount == 0 ? default : FieldOf(0, field);
}
