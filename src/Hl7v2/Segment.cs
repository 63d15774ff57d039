namespace CloudPacs.Hl7v2;

/// <summary>One segment of a message; a default value stands for a missing one. Valid until the message is loaded again.</summary>
public readonly struct Segment
{
    private readonly Message? _message;
    private readonly int _index;

    internal Segment(Message message, int index)
    {
        _message = message;
        _index = index;
    }

    public bool Exists => _message is not null;

    /// <summary>Position in the message from 0, or -1 when the segment does not exist.</summary>
    public int Index => _message is null ? -1 : _index;

    /// <summary>Number from 1 among the segments of the same id; 0 when the segment does not exist.</summary>
    public int Occurrence => _message is null ? 0 : _message.OccurrenceOf(_index);

    /// <summary>The id as sent, so possibly in lower case, and whatever its length.</summary>
    public ReadOnlySpan<byte> Id => _message is null ? default : _message.IdOf(_index);

    /// <summary>The segment as sent, without its end.</summary>
    public ReadOnlySpan<byte> Raw => _message is null ? default : _message.RawOf(_index);

    /// <summary>The number of the last field that was sent, even when it is empty.</summary>
    public int FieldCount => _message is null ? 0 : _message.FieldCountOf(_index);

    /// <summary>Ids are compared without regard to case.</summary>
    public bool Is(string id) => _message is not null && Is(SegmentId.Pack(id));

    /// <summary>
    /// The field number <paramref name="n"/> from 1, Absent when it was not sent. In MSH, FHS and BHS field 1 is the separator itself.
    /// </summary>
    public Element Field(int n) => _message is null ? default : _message.FieldOf(_index, n);

    /// <summary>
    /// The fields that hold a byte as it was sent, such as a separator of components: their <see cref="FieldIndex.BitOf"/>.
    /// </summary>
    public ulong FieldsWith(byte value) => _message is null ? 0 : _message.FieldsWith(_index, value);

    /// <summary>The fields that have any content: their <see cref="FieldIndex.BitOf"/>.</summary>
    public ulong FieldsSent => _message is null ? 0 : _message.FieldsSentOf(_index);

    internal Message? Message => _message;

    internal bool Is(int packedId) => _message is not null && packedId != SegmentId.None && _message.PackedIdOf(_index) == packedId;
}
