using System.Buffers.Binary;
using System.Globalization;

namespace CloudPacs.Dicom;

/// <summary>Binary numbers and tags (PS3.5 6.2) from and to text; the bytes are little endian.</summary>
internal static class NumberCodec
{
    /// <summary>One text a number; bytes of an incomplete last number are left out.</summary>
    public static string[] Decode(VR vr, ReadOnlySpan<byte> bytes)
    {
        var unit = VrRules.For(vr).UnitBytes;
        var values = new string[bytes.Length / unit];
        for (var i = 0; i < values.Length; i++) values[i] = DecodeOne(vr, bytes.Slice(i * unit, unit));
        return values;
    }

    /// <summary>Puts the numbers behind one another; false when a text is no number of that kind.</summary>
    public static bool TryEncode(VR vr, IReadOnlyList<string> values, out byte[] bytes)
    {
        var unit = VrRules.For(vr).UnitBytes;
        bytes = new byte[values.Count * unit];
        for (var i = 0; i < values.Count; i++)
            if (!TryEncodeOne(vr, values[i].AsSpan().Trim(' '), bytes.AsSpan(i * unit, unit))) return false;
        return true;
    }

    private static string DecodeOne(VR vr, ReadOnlySpan<byte> bytes)
    {
        var culture = CultureInfo.InvariantCulture;
        return vr switch
        {
            VR.US => BinaryPrimitives.ReadUInt16LittleEndian(bytes).ToString(culture),
            VR.SS => BinaryPrimitives.ReadInt16LittleEndian(bytes).ToString(culture),
            VR.UL => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(culture),
            VR.SL => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(culture),
            VR.UV => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(culture),
            VR.SV => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(culture),
            VR.FL => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString("R", culture),
            VR.FD => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString("R", culture),
            _ => new Tag(BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..])).ToString(),
        };
    }

    private static bool TryEncodeOne(VR vr, ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var culture = CultureInfo.InvariantCulture;
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        switch (vr)
        {
            case VR.US when ushort.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
                return true;
            case VR.SS when short.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteInt16LittleEndian(bytes, number);
                return true;
            case VR.UL when uint.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
                return true;
            case VR.SL when int.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                return true;
            case VR.UV when ulong.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
                return true;
            case VR.SV when long.TryParse(text, Whole, culture, out var number):
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                return true;
            case VR.FL when float.TryParse(text, NumberStyles.Float, culture, out var number):
                BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
                return true;
            case VR.FD when double.TryParse(text, NumberStyles.Float, culture, out var number):
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
                return true;
            case VR.AT when Tag.TryParse(text, out var tag):
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag.Group);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], tag.Element);
                return true;
            default:
                return false;
        }
    }
}
