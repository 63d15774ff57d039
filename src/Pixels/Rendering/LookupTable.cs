using System.Buffers.Binary;
using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>A table with the first value that it maps and the bits of its entries (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5).</summary>
internal sealed class LookupTable
{
    private readonly ushort[] _entries;
    private readonly int _first;

    private LookupTable(ushort[] entries, int first, int bits)
    {
        _entries = entries;
        _first = first;
        Highest = (1 << bits) - 1;
    }

    /// <summary>The highest value that an entry can have.</summary>
    public int Highest { get; }

    /// <summary>Values below the first and above the last entry give these.</summary>
    public int this[double value]
    {
        get
        {
            // Half a unit up as rescaled values need not be whole; what does not compare (NaN) gets the first.
            var index = value - _first + 0.5;
            if (!(index > 0)) return _entries[0];
            return index >= _entries.Length ? _entries[^1] : _entries[(int)index];
        }
    }

    /// <summary>The table of an item of a LUT sequence; null when it has none that is usable.</summary>
    public static LookupTable? Read(DataSet item, bool isSigned) =>
        item.TryGet(PixelTags.LutDescriptor, out var descriptor) && item.TryGet(PixelTags.LutData, out var data)
            ? Read(descriptor, data, isSegmented: false, isSigned)
            : null;

    /// <summary>The table of one colour of a palette.</summary>
    /// <exception cref="PixelException">It is missing or cut.</exception>
    public static LookupTable ReadPalette(DataSet header, int color)
    {
        if (!header.TryGet(PixelTags.PaletteDescriptor(color), out var descriptor))
            throw PixelException.Damaged("The image has a palette but no descriptor of it.");
        var isSegmented = !header.TryGet(PixelTags.PaletteData(color), out var data) || data.Bytes.IsEmpty;
        if (isSegmented && !header.TryGet(PixelTags.SegmentedPaletteData(color), out data))
            throw PixelException.Damaged("The image has a palette without data.");
        return Read(descriptor, data, isSegmented, isSigned: false) ?? throw PixelException.Damaged("The palette of the image is empty.");
    }

    private static LookupTable? Read(DataElement descriptor, DataElement data, bool isSegmented, bool isSigned)
    {
        var numbers = descriptor.Bytes.Span;
        if (numbers.Length < 6) return null;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(numbers);
        if (count == 0) count = 65536;
        // Writers take US for negative values too: the sign of the pixels tells (PS3.3 C.11.1.1.1).
        var isNegative = isSigned || descriptor.VR == VR.SS;
        int first = BinaryPrimitives.ReadUInt16LittleEndian(numbers[2..]);
        if (isNegative) first = (short)first;
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(numbers[4..]);
        if (bits is < 1 or > 16) bits = 16;

        var bytes = data.Bytes.Span;
        var entries = isSegmented ? SegmentedPalette.Expand(bytes, bits, count) : ReadEntries(bytes, count);
        if (entries.Length == 0) return null;
        // Tables that say 16 bits and hold 8 exist, and the reverse: the highest entry tells.
        int highest = entries.Max();
        if (bits > 8 && highest < 256 && count <= 256) bits = 8;
        else if (highest >> bits != 0) bits = 16;
        return new LookupTable(entries, first, bits);
    }

    private static ushort[] ReadEntries(ReadOnlySpan<byte> bytes, int count)
    {
        var isWide = bytes.Length >= 2 * count;
        var entries = new ushort[isWide ? count : Math.Min(count, bytes.Length)];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = isWide ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) : bytes[i];
        return entries;
    }
}
