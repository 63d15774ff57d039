namespace CloudPacs.Dicom;

/// <summary>
/// Keeps the indexed attributes of a data set that passes, in explicit VR little endian. What is longer than its limit is cut: a value at a
/// whole number or word, a sequence before the first element that has no room.
/// </summary>
internal sealed class AttributeCollector : DataSetVisitor, IDisposable
{
    private readonly ByteBuffer _buffer = new(4096);
    private readonly LittleEndianWriter _writer;
    private readonly int _maxBytes;
    private readonly List<Tag> _cut = [];
    private Tag _tag;
    private int _limit;
    private int _kept;
    private int _dropped;
    private long _room;
    private bool _isPassing;

    /// <param name="isFromBigEndian">What passes is big endian.</param>
    /// <param name="maxBytes">Most that all attributes together may take.</param>
    public AttributeCollector(bool isFromBigEndian, int maxBytes)
    {
        _writer = new LittleEndianWriter(_buffer, isFromBigEndian, makesEven: false);
        _maxBytes = maxBytes;
    }

    /// <summary>Attributes of the data set itself that are not kept whole, in order.</summary>
    public IReadOnlyList<Tag> Cut => _cut;

    public byte[] ToArray() => _buffer.Written.ToArray();

    public void Dispose() => _buffer.Dispose();

    public override void StartElement(in ElementStart element)
    {
        if (element.Depth == 0) Select(element.Tag);
        _isPassing = _limit > 0 && _dropped == 0;
        if (!_isPassing) return;
        var left = _limit - _buffer.Length - LittleEndianWriter.HeaderBytes(element) - Closing;
        if (element.Length <= left)
        {
            _room = element.Length;
            _writer.StartElement(element);
            return;
        }

        MarkCut();
        _isPassing = element.Depth == 0 && left >= 8;
        if (!_isPassing)
        {
            _limit = 0; // whatever follows in this sequence has no room either
            return;
        }

        _room = left / 8 * 8;
        _writer.StartElement(element with { Length = (uint)_room });
    }

    public override void Value(ReadOnlySpan<byte> piece)
    {
        if (!_isPassing || _room == 0) return;
        var taken = piece[..(int)Math.Min(piece.Length, _room)];
        _writer.Value(taken);
        _room -= taken.Length;
    }

    public override void EndElement()
    {
        if (_isPassing) _writer.EndElement();
        _isPassing = false;
    }

    public override void StartSequence(in ElementStart element)
    {
        if (element.Depth == 0) Select(element.Tag);
        if (Keeps(12)) _writer.StartSequence(element);
    }

    public override void StartItem()
    {
        if (Keeps(8)) _writer.StartItem();
    }

    public override void EndItem()
    {
        if (Closes()) _writer.EndItem();
    }

    public override void EndSequence()
    {
        if (Closes()) _writer.EndSequence();
    }

    public override void StartFragments(in ElementStart element)
    {
        if (element.Depth == 0) Select(element.Tag);
        if (_limit == 0) return;
        MarkCut(); // no indexed attribute has fragments, but for images inside of sequences
        _isPassing = false;
    }

    /// <summary>Bytes that closing what is open will take.</summary>
    private int Closing => 8 * _kept;

    private void Select(Tag tag)
    {
        _tag = tag;
        var limit = IndexedAttributes.LimitOf(tag);
        _limit = limit == 0 ? 0 : Math.Min(_buffer.Length + limit, _maxBytes);
    }

    private bool Keeps(int bytes)
    {
        var isRoom = _limit - _buffer.Length >= bytes + Closing + 8;
        if (_dropped == 0 && _limit > 0 && isRoom)
        {
            _kept++;
            return true;
        }

        if (_limit > 0) MarkCut();
        _limit = 0;
        _dropped++;
        return false;
    }

    private bool Closes()
    {
        if (_dropped > 0)
        {
            _dropped--;
            return false;
        }

        _kept--;
        return true;
    }

    private void MarkCut()
    {
        if (_cut.Count == 0 || _cut[^1] != _tag) _cut.Add(_tag);
    }
}
