using System.Buffers.Binary;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Where one element stands in a file.</summary>
/// <param name="At">Its tag.</param>
/// <param name="Tag">As one number.</param>
/// <param name="Representation">Two letters; -1 in implicit VR.</param>
/// <param name="LengthAt">Its length.</param>
/// <param name="LengthSize">2 or 4 bytes.</param>
/// <param name="ValueAt">Its value.</param>
/// <param name="Length">Of the value; of one of undefined length nothing, as what is in it stands for itself.</param>
internal readonly record struct ElementSpot(int At, uint Tag, int Representation, int LengthAt, int LengthSize, int ValueAt, int Length)
{
    public int End => ValueAt + Length;
}

/// <summary>The elements of a little endian data set, items and delimiters too, at any depth (PS3.5 7.1).</summary>
internal static class ElementSpots
{
    private const uint Undefined = 0xFFFFFFFF;

    public static List<ElementSpot> Of(ReadOnlySpan<byte> file, int from, bool isExplicit)
    {
        var spots = new List<ElementSpot>();
        for (var at = from; at + 8 <= file.Length;)
        {
            var tag = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 2)..]);
            var hasRepresentation = isExplicit && tag >> 16 != 0xFFFE;
            var isLong = hasRepresentation && !IsShort(file.Slice(at + 4, 2));
            var lengthAt = at + (isLong ? 8 : hasRepresentation ? 6 : 4);
            if (lengthAt + 4 > file.Length) break;
            var size = hasRepresentation && !isLong ? 2 : 4;
            var length = size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(file[lengthAt..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[lengthAt..]);
            // What holds others is walked through: an item always, a sequence by its representation, or as it begins with an item.
            var holdsOthers = length == Undefined || tag == 0xFFFEE000 || (hasRepresentation && file.Slice(at + 4, 2).SequenceEqual("SQ"u8));
            var value = lengthAt + size;
            var own = holdsOthers ? 0 : (int)Math.Min(length, file.Length - value);
            spots.Add(new ElementSpot(at, tag, hasRepresentation ? at + 4 : -1, lengthAt, size, value, own));
            at = value + (tag == 0xFFFEE000 && length != Undefined && IsFragment(file, spots) ? (int)Math.Min(length, file.Length - value) : own);
        }

        return spots;
    }

    /// <summary>Items of pixel data hold bytes, no elements.</summary>
    private static bool IsFragment(ReadOnlySpan<byte> file, List<ElementSpot> spots)
    {
        for (var i = spots.Count - 2; i >= 0; i--)
        {
            if (spots[i].Tag >> 16 != 0xFFFE) return spots[i].Tag == 0x7FE00010 && file.Length > 0;
        }

        return false;
    }

    private static bool IsShort(ReadOnlySpan<byte> representation) => !(
        representation.SequenceEqual("OB"u8) || representation.SequenceEqual("OW"u8) || representation.SequenceEqual("OF"u8) || representation.SequenceEqual("OD"u8)
        || representation.SequenceEqual("OL"u8) || representation.SequenceEqual("OV"u8) || representation.SequenceEqual("SQ"u8) || representation.SequenceEqual("UN"u8)
        || representation.SequenceEqual("UT"u8) || representation.SequenceEqual("UC"u8) || representation.SequenceEqual("UR"u8) || representation.SequenceEqual("SV"u8)
        || representation.SequenceEqual("UV"u8));
}
