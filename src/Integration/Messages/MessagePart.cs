using CloudPacs.Hl7v2;

namespace CloudPacs.Integration.Messages;

/// <summary>A part of a message that its sender cut for its length (HL7 v2.5.1 2.10.2.2).</summary>
/// <param name="Continues">MSH-14: the pointer under which the part before goes on; empty in the first part.</param>
/// <param name="GoesOn">DSC-1: the pointer that the next part will have in MSH-14; empty in the last part.</param>
internal readonly record struct MessagePart(string Continues, string GoesOn)
{
    public bool IsLast => GoesOn.Length == 0;

    /// <summary>Null for a message that is whole.</summary>
    public static MessagePart? Of(Message message)
    {
        var part = new MessagePart(message.ContinuationPointer.ToString(), message.NextContinuationPointer.ToString());
        return part is { Continues: "", GoesOn: "" } ? null : part;
    }
}
