using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>
/// Reads a command set: implicit VR little endian, whatever was negotiated (PS3.7 6.3.1). Elements it does not know are skipped.
/// </summary>
internal static class CommandReader
{
    private const int ElementHeaderBytes = 8;
    private const ushort NoDataSet = 0x0101;

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CommandSet? command)
    {
        command = null;
        ushort? field = null, dataSetType = null, messageId = null, respondedTo = null, priority = null;
        ushort? status = null, errorId = null, eventType = null, actionType = null;
        string? affectedClass = null, requestedClass = null, affectedInstance = null, requestedInstance = null, comment = null;
        string? destination = null, originator = null;
        ushort? originatorId = null, remaining = null, completed = null, failed = null, warning = null;
        IReadOnlyList<Tag> offending = [], attributes = [];
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < ElementHeaderBytes) return false;
            var group = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            var element = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            if (group != 0 || length > (uint)(bytes.Length - ElementHeaderBytes)) return false;

            var value = bytes.Slice(ElementHeaderBytes, (int)length);
            bytes = bytes[(ElementHeaderBytes + (int)length)..];
            switch (element)
            {
                case CommandTags.AffectedSopClassUid: affectedClass = Text(value); break;
                case CommandTags.RequestedSopClassUid: requestedClass = Text(value); break;
                case CommandTags.CommandField: field = Number(value); break;
                case CommandTags.MessageId: messageId = Number(value); break;
                case CommandTags.MessageIdBeingRespondedTo: respondedTo = Number(value); break;
                case CommandTags.Priority: priority = Number(value); break;
                case CommandTags.DataSetType: dataSetType = Number(value); break;
                case CommandTags.Status: status = Number(value); break;
                case CommandTags.OffendingElement: offending = Tags(value); break;
                case CommandTags.ErrorComment: comment = Text(value); break;
                case CommandTags.ErrorId: errorId = Number(value); break;
                case CommandTags.AffectedSopInstanceUid: affectedInstance = Text(value); break;
                case CommandTags.RequestedSopInstanceUid: requestedInstance = Text(value); break;
                case CommandTags.EventTypeId: eventType = Number(value); break;
                case CommandTags.AttributeIdentifierList: attributes = Tags(value); break;
                case CommandTags.ActionTypeId: actionType = Number(value); break;
                case CommandTags.MoveDestination: destination = Text(value); break;
                case CommandTags.RemainingSuboperations: remaining = Number(value); break;
                case CommandTags.CompletedSuboperations: completed = Number(value); break;
                case CommandTags.FailedSuboperations: failed = Number(value); break;
                case CommandTags.WarningSuboperations: warning = Number(value); break;
                case CommandTags.MoveOriginatorAeTitle: originator = Text(value); break;
                case CommandTags.MoveOriginatorMessageId: originatorId = Number(value); break;
            }
        }

        if (field is null || dataSetType is null) return false;
        command = new CommandSet
        {
            Field = (CommandField)field,
            HasDataSet = dataSetType != NoDataSet,
            AffectedSopClassUid = affectedClass,
            RequestedSopClassUid = requestedClass,
            MessageId = messageId,
            MessageIdBeingRespondedTo = respondedTo,
            Priority = priority,
            Status = status,
            OffendingElements = offending,
            ErrorComment = comment,
            ErrorId = errorId,
            AffectedSopInstanceUid = affectedInstance,
            RequestedSopInstanceUid = requestedInstance,
            EventTypeId = eventType,
            ActionTypeId = actionType,
            AttributeIdentifiers = attributes,
            MoveDestination = destination,
            SubOperations = remaining is null && completed is null && failed is null && warning is null
                ? null
                : new SubOperationCounts(remaining, completed ?? 0, failed ?? 0, warning ?? 0),
            MoveOriginator = originator is { Length: > 0 } ? new MoveOriginator(originator, originatorId ?? 0) : null,
        };
        return true;
    }

    private static ushort? Number(ReadOnlySpan<byte> value) => value.Length < 2 ? null : BinaryPrimitives.ReadUInt16LittleEndian(value);

    private static string Text(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value.Trim("\0 "u8));

    private static Tag[] Tags(ReadOnlySpan<byte> value)
    {
        var tags = new Tag[value.Length / 4];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = new Tag(
                BinaryPrimitives.ReadUInt16LittleEndian(value[(4 * i)..]), BinaryPrimitives.ReadUInt16LittleEndian(value[((4 * i) + 2)..]));
        return tags;
    }
}
