using System.Buffers.Binary;
using System.Text;

namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>
/// Writes command sets: implicit VR little endian, elements ascending, group length first (PS3.7 6.3.1). Not for use by several threads at
/// once.
/// </summary>
internal sealed class CommandWriter
{
    private const int MaxCommentCharacters = 64;
    private const int ElementHeaderBytes = 8;
    private const int GroupLengthBytes = ElementHeaderBytes + 4;
    private const ushort DataSetFollows = 0x0001;
    private const ushort NoDataSet = 0x0101;

    private byte[] _buffer = new byte[256];
    private int _written;

    /// <summary>The result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(CommandSet command)
    {
        _written = 0;
        Element(CommandTags.GroupLength, 4);
        Uid(CommandTags.AffectedSopClassUid, command.AffectedSopClassUid);
        Uid(CommandTags.RequestedSopClassUid, command.RequestedSopClassUid);
        Number(CommandTags.CommandField, (ushort)command.Field);
        Number(CommandTags.MessageId, command.MessageId);
        Number(CommandTags.MessageIdBeingRespondedTo, command.MessageIdBeingRespondedTo);
        Text(CommandTags.MoveDestination, command.MoveDestination, ' ');
        Number(CommandTags.Priority, command.Priority);
        Number(CommandTags.DataSetType, command.HasDataSet ? DataSetFollows : NoDataSet);
        Number(CommandTags.Status, command.Status);
        Tags(CommandTags.OffendingElement, command.OffendingElements);
        Text(CommandTags.ErrorComment, Comment(command.ErrorComment), padding: ' ');
        Number(CommandTags.ErrorId, command.ErrorId);
        Uid(CommandTags.AffectedSopInstanceUid, command.AffectedSopInstanceUid);
        Uid(CommandTags.RequestedSopInstanceUid, command.RequestedSopInstanceUid);
        Number(CommandTags.EventTypeId, command.EventTypeId);
        Tags(CommandTags.AttributeIdentifierList, command.AttributeIdentifiers);
        Number(CommandTags.ActionTypeId, command.ActionTypeId);
        Number(CommandTags.RemainingSuboperations, command.SubOperations?.Remaining);
        Number(CommandTags.CompletedSuboperations, command.SubOperations?.Completed);
        Number(CommandTags.FailedSuboperations, command.SubOperations?.Failed);
        Number(CommandTags.WarningSuboperations, command.SubOperations?.Warning);
        Text(CommandTags.MoveOriginatorAeTitle, command.MoveOriginator?.AeTitle, ' ');
        Number(CommandTags.MoveOriginatorMessageId, command.MoveOriginator?.MessageId);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(ElementHeaderBytes), _written - GroupLengthBytes);
        return _buffer.AsSpan(0, _written);
    }

    // The command set has no character set of its own: what is not ASCII becomes '?', and a backslash would split the value.
    private static string? Comment(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return string.Create(Math.Min(text.Length, MaxCommentCharacters), text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = source[i] is >= ' ' and < '\x7F' and not '\\' ? source[i] : '?';
        });
    }

    private void Number(ushort element, ushort? value)
    {
        if (value is null) return;
        BinaryPrimitives.WriteUInt16LittleEndian(Element(element, 2), value.Value);
    }

    private void Uid(ushort element, string? value) => Text(element, value, '\0');

    private void Text(ushort element, string? value, char padding)
    {
        if (value is null) return;
        var destination = Element(element, (value.Length + 1) & ~1);
        destination.Fill((byte)padding);
        Encoding.Latin1.GetBytes(value, destination);
    }

    private void Tags(ushort element, IReadOnlyList<Tag> tags)
    {
        if (tags.Count == 0) return;
        var destination = Element(element, 4 * tags.Count);
        for (var i = 0; i < tags.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(4 * i)..], tags[i].Group);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[((4 * i) + 2)..], tags[i].Element);
        }
    }

    private Span<byte> Element(ushort element, int length)
    {
        var start = _written;
        _written += ElementHeaderBytes + length;
        if (_written > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_written, 2 * _buffer.Length));
        var span = _buffer.AsSpan(start, _written - start);
        BinaryPrimitives.WriteUInt16LittleEndian(span, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], element);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], length);
        return span[ElementHeaderBytes..];
    }
}
