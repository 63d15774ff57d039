using System.Buffers.Binary;

namespace CloudPacs.Dicom;

/// <summary>
/// A table of frame offsets that comes before the fragments (PS3.5 A.4: basic with 32, extended with 64 bits an entry): kept packed while
/// it passes, then compared with where fragments really begin. Each entry must hit one, in ascending order.
/// </summary>
internal sealed class OffsetHint(int entryBytes, bool isBigEndian, int maxBytes) : IDisposable
{
    private readonly ByteBuffer _packed = new(64);
    private readonly byte[] _carry = new byte[8];
    private int _carried;
    private ulong _last;
    private int _read;
    private ulong _next;

    /// <summary>Entries that were read.</summary>
    public int Count { get; private set; }

    /// <summary>Entries that were compared and hit a fragment.</summary>
    public int Hits { get; private set; }

    /// <summary>Entries do not ascend, are too many, or miss a fragment.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>It is there, and every entry hit a fragment.</summary>
    public bool Holds => Count > 0 && !IsWrong && Hits == Count;

    public void Add(ReadOnlySpan<byte> piece)
    {
        foreach (var value in piece)
        {
            _carry[_carried++] = value;
            if (_carried < entryBytes) continue;
            _carried = 0;
            Add(entryBytes == 4 ? ElementHeader.ReadUInt32(_carry, isBigEndian) : isBigEndian
                ? BinaryPrimitives.ReadUInt64BigEndian(_carry) : BinaryPrimitives.ReadUInt64LittleEndian(_carry));
        }
    }

    /// <summary>Whether a frame begins with the fragment that begins here.</summary>
    /// <param name="offset">Of its item tag, from where the table counts.</param>
    public bool Hit(long offset)
    {
        if (IsWrong || Hits == Count) return false;
        if (Hits == 0 && _read == 0) ReadNext();
        if (_next > (ulong)offset) return false;
        if (_next < (ulong)offset)
        {
            IsWrong = true;
            return false;
        }

        if (++Hits < Count) ReadNext();
        return true;
    }

    public void Dispose() => _packed.Dispose();

    private void Add(ulong offset)
    {
        if (IsWrong) return;
        IsWrong = (Count == 0 ? offset != 0 : offset <= _last) || _packed.Length > maxBytes;
        if (IsWrong) return;
        Varint.Write(_packed, offset - _last);
        _last = offset;
        Count++;
    }

    private void ReadNext()
    {
        var reader = new VarintReader(_packed.Written) { Position = _read };
        _next += reader.Next();
        _read = reader.Position;
    }
}
