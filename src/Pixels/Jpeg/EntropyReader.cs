using System.Buffers.Binary;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>Bits of an entropy-coded segment (ITU-T T.81 F.2.2.5): a zero byte after FF is dropped, a marker ends the segment.</summary>
internal ref struct EntropyReader(ReadOnlySpan<byte> stream, int start)
{
    private readonly ReadOnlySpan<byte> _stream = stream;
    private int _at = start;
    private ulong _bits;
    private int _count;
    private int _invented;

    /// <summary>Where the marker is that ends the segment, once the bits before it are taken.</summary>
    public readonly int Position => _at;

    /// <summary>The next symbol of the table.</summary>
    public int ReadSymbol(HuffmanTable table)
    {
        if (_count < 32) Fill();
        var entry = table.Lookup[(int)(_bits >> (64 - HuffmanTable.LookupBits))];
        if (entry != 0)
        {
            Take(entry >> 8);
            return entry & 0xFF;
        }

        var symbol = table.FindLong((int)(_bits >> 48), out var bits);
        if (symbol < 0) throw PixelException.Damaged("The JPEG stream holds a code that is in no table.");
        Take(bits);
        return symbol;
    }

    /// <summary>A difference of that category (T.81 F.2.2.1 EXTEND); 16 is 32768 and takes no bits (H.1.2.2).</summary>
    public int ReadDifference(int category)
    {
        if (category == 0) return 0;
        if (category == 16) return 32768;
        if (category > 16) throw PixelException.Damaged("The JPEG stream holds a difference that is too large.");
        if (_count < category) Fill();
        var value = (int)(_bits >> (64 - category));
        Take(category);
        return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
    }

    /// <summary>Goes on after a restart marker; false when another marker or the end is there.</summary>
    public bool Restart()
    {
        while (_at + 1 < _stream.Length && !(_stream[_at] == 0xFF && _stream[_at + 1] is not (0 or 0xFF))) _at++;
        if (_at + 1 >= _stream.Length || _stream[_at + 1] is < 0xD0 or > 0xD7) return false;
        _at += 2;
        _bits = 0;
        _count = 0;
        _invented = 0;
        return true;
    }

    private void Take(int bits)
    {
        _bits <<= bits;
        _count -= bits;
        if (_count < _invented) throw PixelException.Damaged("The JPEG stream ends before its last sample.");
    }

    private void Fill()
    {
        // Eight bytes at once where none of them is FF.
        if (_at + 8 <= _stream.Length && _invented == 0)
        {
            var next = BinaryPrimitives.ReadUInt64BigEndian(_stream[_at..]);
            if ((next & ~(next + 0x0101_0101_0101_0101UL) & 0x8080_8080_8080_8080UL) == 0)
            {
                var bytes = (64 - _count) >> 3;
                _bits |= bytes == 8 ? next : next >> (64 - 8 * bytes) << (64 - 8 * bytes - _count);
                _count += 8 * bytes;
                _at += bytes;
                return;
            }
        }

        while (_count <= 56)
        {
            ulong value = 0;
            if (_at >= _stream.Length || (_stream[_at] == 0xFF && (_at + 1 >= _stream.Length || _stream[_at + 1] != 0)))
            {
                _invented += 8;
            }
            else
            {
                value = _stream[_at];
                _at += value == 0xFF ? 2 : 1;
            }

            _bits |= value << (56 - _count);
            _count += 8;
        }
    }
}
