namespace CloudPacs.Hl7v2;

/// <summary>The segments of one id in a stretch of a message, in order, without allocation.</summary>
public readonly struct SegmentList
{
    private readonly Message? _message;
    private readonly int _id;
    private readonly int _start;
    private readonly int _end;

    internal SegmentList(Message message, int id, int start, int end)
    {
        _message = message;
        _id = id;
        _start = start;
        _end = end;
    }

    public int Count => _message is null ? 0 : _message.PackedIds[_start.._end].Count(_id);

    /// <summary>The segment at a place from 0; one that does not exist when there are fewer.</summary>
    public Segment this[int index]
    {
        get
        {
            foreach (var segment in this)
            {
                if (index-- == 0) return segment;
            }

            return default;
        }
    }

    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the segments.</summary>
    public struct Enumerator
    {
        private readonly SegmentList _list;
        private int _position;

        internal Enumerator(SegmentList list)
        {
            _list = list;
            _position = list._start - 1;
        }

        public readonly Segment Current => new(_list._message!, _position);

        public bool MoveNext()
        {
            if (_list._message is not { } message || _list._id == SegmentId.None || _position + 1 >= _list._end) return false;
            var next = message.PackedIds[(_position + 1).._list._end].IndexOf(_list._id);
            if (next < 0)
            {
                _position = _list._end;
                return false;
            }

            _position += 1 + next;
            return true;
        }
    }
}
