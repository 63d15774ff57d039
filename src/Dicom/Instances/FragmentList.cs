namespace CloudPacs.Dicom;

/// <summary>
/// The fragments of compressed pixel data as they pass, packed, and which of them begin a frame (PS3.5 A.4). What the data show counts; the
/// tables of offsets are hints that are checked.
/// </summary>
internal sealed class FragmentList(OffsetHint? extendedTable, int maxFragments) : IDisposable
{
    private const int FlagBits = 3;
    private const uint Marker = 1, InBasicTable = 2, InExtendedTable = 4, EachFragment = ~0u;
    private const int TableBytes = 4 * 1024 * 1024;

    private readonly ByteBuffer _packed = new(256);
    private readonly OffsetHint _basicTable = new(4, isBigEndian: false, TableBytes);
    private readonly byte[] _start = new byte[8];
    private long _zero = -1;
    private uint _flags;
    private uint _length;
    private int _startBytes;
    private int _markers;
    private bool _isInTable;

    public int Count { get; private set; }

    public bool IsFull => Count > maxFragments;

    /// <summary>Where the item tag of the first fragment stands.</summary>
    public long Start => _zero;

    public void Open(long offset, uint length)
    {
        _startBytes = 0;
        if (_zero < 0)
        {
            // The first item is the Basic Offset Table; offsets count from behind it.
            _isInTable = true;
            _zero = offset + 8 + length;
            return;
        }

        _isInTable = false;
        _length = length;
        _flags = 0;
        if (_basicTable.Hit(offset - _zero)) _flags |= InBasicTable;
        if (extendedTable?.Hit(offset - _zero) == true) _flags |= InExtendedTable;
        Count++;
    }

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_isInTable)
        {
            _basicTable.Add(piece);
            return;
        }

        if (_startBytes == _start.Length) return;
        var taken = Math.Min(piece.Length, _start.Length - _startBytes);
        piece[..taken].CopyTo(_start.AsSpan(_startBytes));
        _startBytes += taken;
    }

    public void Close()
    {
        if (_isInTable) return;
        if (IsStartOfStream(_start.AsSpan(0, _startBytes)))
        {
            _flags |= Marker;
            _markers++;
        }

        Varint.Write(_packed, ((ulong)_length << FlagBits) | _flags);
    }

    /// <summary>Puts the fragments together to frames.</summary>
    /// <param name="numberOfFrames">Number of Frames (0028,0008), 1 when it is absent.</param>
    /// <param name="syntaxUid">Tells video, which is one stream, and RLE, whose frames are one fragment each.</param>
    /// <param name="warn">Is told what does not agree.</param>
    public FrameTable? ToTable(int numberOfFrames, string syntaxUid, Action<string> warn)
    {
        if (Count == 0) return null;
        var hint = extendedTable is { Holds: true } ? InExtendedTable : _basicTable.Holds ? InBasicTable : 0;
        var hinted = hint == InExtendedTable ? extendedTable!.Count : hint == InBasicTable ? _basicTable.Count : 0;
        if (hint == 0 && (_basicTable.IsWrong || _basicTable.Count > 0 || extendedTable is { Count: > 0 } or { IsWrong: true }))
            warn("The table of frame offsets does not fit the fragments of 7FE00010; it was passed over.");

        if (IsVideo(syntaxUid)) return FrameTable.Fragments(_zero, 1, Frames(0));
        var mask = Decide(numberOfFrames, syntaxUid == "1.2.840.10008.1.2.5", hinted, hint);
        var count = Frames(mask).Count();
        if (hinted > 0 && hinted != count)
            warn($"The table of frame offsets has {hinted} entries, the fragments of 7FE00010 are {count} frames.");
        if (count != numberOfFrames) warn($"Number of Frames says {numberOfFrames}, 7FE00010 holds {count}.");
        return FrameTable.Fragments(_zero, count, Frames(mask));
    }

    public void Dispose()
    {
        _packed.Dispose();
        _basicTable.Dispose();
        extendedTable?.Dispose();
    }

    /// <summary>By which flag a frame is known to begin; <see cref="EachFragment"/> when each is one, 0 when all are one.</summary>
    private uint Decide(int numberOfFrames, bool isRunLength, int hinted, uint hint)
    {
        // One frame may have many fragments; but not when a table and the beginnings of streams agree that there are more.
        if (numberOfFrames <= 1 && (hinted <= 1 || hinted != _markers)) return 0;
        if (numberOfFrames == Count) return EachFragment;
        if (_markers == numberOfFrames) return Marker;
        if (hinted == numberOfFrames) return hint;
        if (_markers > 1) return Marker;
        return hinted > 1 && !isRunLength ? hint : EachFragment;
    }

    private IEnumerable<IReadOnlyList<uint>> Frames(uint mask)
    {
        var frame = new List<uint>();
        var position = 0;
        for (var i = 0; i < Count; i++)
        {
            var (length, flags) = Next(ref position);
            if (frame.Count > 0 && (mask == EachFragment || (flags & mask) != 0))
            {
                yield return frame;
                frame.Clear();
            }

            frame.Add(length);
        }

        yield return frame;
    }

    private (uint Length, uint Flags) Next(ref int position)
    {
        var reader = new VarintReader(_packed.Written) { Position = position };
        var entry = reader.Next();
        position = reader.Position;
        return ((uint)(entry >> FlagBits), (uint)entry & ((1 << FlagBits) - 1));
    }

    /// <summary>JPEG and JPEG-LS begin with SOI and another marker, JPEG 2000 with SOC and SIZ, JPEG XL with FF0A or its box.</summary>
    private static bool IsStartOfStream(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] or [0xFF, 0x0A, ..] => true,
        [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] or [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => true,
        _ => false,
    };

    /// <summary>MPEG-2, MPEG-4, HEVC, also fragmentable: 1.2.840.10008.1.2.4.100 to .108.</summary>
    private static bool IsVideo(string syntaxUid)
    {
        const string Jpeg = "1.2.840.10008.1.2.4.10";
        return syntaxUid.StartsWith(Jpeg, StringComparison.Ordinal) && syntaxUid.Length > Jpeg.Length
            && syntaxUid[Jpeg.Length] is >= '0' and <= '8';
    }
}
