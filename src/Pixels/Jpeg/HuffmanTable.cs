namespace CloudPacs.Pixels.Jpeg;

/// <summary>A Huffman table of ITU-T T.81 annex C, ready to decode: short codes by one look-up, long ones by length.</summary>
internal sealed class HuffmanTable
{
    public const int LookupBits = 10;

    /// <summary>By the next ten bits: length in the upper byte, symbol in the lower; 0 for codes that are longer.</summary>
    public readonly ushort[] Lookup = new ushort[1 << LookupBits];

    private readonly int[] _maxCode = new int[18];
    private readonly int[] _offset = new int[17];
    private readonly byte[] _symbols;

    private HuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <summary>Reads one table of a DHT segment from its counts on.</summary>
    /// <param name="content">Sixteen counts, then the symbols.</param>
    /// <param name="length">Bytes that the table takes.</param>
    public static HuffmanTable Read(ReadOnlySpan<byte> content, out int length)
    {
        if (content.Length < 16) throw PixelException.Damaged("A Huffman table of the JPEG stream is cut.");
        var total = 0;
        for (var i = 0; i < 16; i++) total += content[i];
        if (total > 256 || content.Length < 16 + total) throw PixelException.Damaged("A Huffman table of the JPEG stream is cut.");
        length = 16 + total;
        var table = new HuffmanTable(content.Slice(16, total).ToArray());
        int code = 0, index = 0;
        for (var bits = 1; bits <= 16; bits++)
        {
            var count = content[bits - 1];
            table._offset[bits] = index - code;
            if (code + count > 1 << bits) throw PixelException.Damaged("A Huffman table of the JPEG stream has more codes than fit.");
            for (var i = 0; i < count; i++, code++, index++)
            {
                if (bits > LookupBits) continue;
                var entry = (ushort)(bits << 8 | table._symbols[index]);
                table.Lookup.AsSpan(code << (LookupBits - bits), 1 << (LookupBits - bits)).Fill(entry);
            }

            table._maxCode[bits] = count == 0 ? -1 : code - 1;
            code <<= 1;
        }

        return table;
    }

    /// <summary>The symbol of a code longer than the look-up takes, or -1.</summary>
    /// <param name="next">The next sixteen bits.</param>
    /// <param name="bits">Length of the code.</param>
    public int FindLong(int next, out int bits)
    {
        for (bits = LookupBits + 1; bits <= 16; bits++)
        {
            var code = next >> (16 - bits);
            if (code <= _maxCode[bits]) return _symbols[code + _offset[bits]];
        }

        return -1;
    }
}
