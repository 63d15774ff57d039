using System.Buffers;

namespace CloudPacs.Dicom;

/// <summary>Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow.</summary>
internal static class Varint
{
    public const int MaxBytes = 10;

    public static void Write(IBufferWriter<byte> output, ulong value)
    {
        var span = output.GetSpan(MaxBytes);
        var count = 0;
        for (; value >= 0x80; value >>= 7) span[count++] = (byte)(value | 0x80);
        span[count++] = (byte)value;
        output.Advance(count);
    }
}

/// <summary>Reads numbers that <see cref="Varint"/> wrote.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; set; }

    public byte Byte()
    {
        if ((uint)Position >= (uint)_bytes.Length) throw new InvalidDataException("The table of frames is damaged.");
        return _bytes[Position++];
    }

    public ulong Next()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("The table of frames is damaged.");
    }
}
