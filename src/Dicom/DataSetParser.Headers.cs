using System.Buffers.Binary;

namespace CloudPacs.Dicom;

internal sealed partial class DataSetParser
{
    private static VR ImplicitVr(Tag tag, Scope scope)
    {
        if (scope.IsSigned && !tag.IsPrivate && DicomDictionary.TryGet(tag, out var entry) && entry.DependsOnPixelRepresentation)
            return VR.SS;
        return DicomDictionary.VrOf(tag);
    }

    private bool TryReadExplicitHeader(Tag tag, int end, Scope scope, out VR vr, out uint length)
    {
        var start = Position;
        var span = buffer.Span;
        vr = (VR)BinaryPrimitives.ReadUInt16BigEndian(span[(start + 4)..]);
        length = 0;
        var rule = VrRules.Find(vr);
        if (rule is { LongLength: false })
        {
            length = isBigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(span[(start + 6)..])
                : BinaryPrimitives.ReadUInt16LittleEndian(span[(start + 6)..]);
            Position += 8;
            return true;
        }

        if (rule == null && !(char.IsAsciiLetterUpper((char)span[start + 4]) && char.IsAsciiLetterUpper((char)span[start + 5])))
        {
            // Some writers mix implicit elements into explicit data sets; the length tells whether this can be one.
            length = ReadUInt32(start + 4);
            if (length > end - start - 8 && length != UndefinedLength)
            {
                Fail($"{tag} at offset {start} has no value representation");
                return false;
            }

            options.Warn?.Invoke($"{tag} at offset {start} is written in implicit VR.");
            vr = ImplicitVr(tag, scope);
            Position += 8;
            return true;
        }

        // Representations of later editions have 32-bit lengths (PS3.5 7.1.2): kept as unknown.
        if (rule == null)
        {
            options.Warn?.Invoke($"{tag} at offset {start} has an unknown value representation.");
            vr = VR.UN;
        }

        if (!Has(12, end, "the header of an element")) return false;
        length = ReadUInt32(start + 8);
        Position += 12;
        return true;
    }

    private ReadOnlyMemory<byte> InLittleEndian(ReadOnlyMemory<byte> value, VR vr)
    {
        if (!isBigEndian) return value;
        var unit = vr == VR.AT ? 2 : VrRules.For(vr).UnitBytes;
        if (unit == 1) return value;
        var swapped = value.ToArray();
        for (var i = 0; i + unit <= swapped.Length; i += unit) Array.Reverse(swapped, i, unit);
        return swapped;
    }

    private Tag ReadTag()
    {
        var span = buffer.Span[Position..];
        return isBigEndian
            ? new Tag(BinaryPrimitives.ReadUInt16BigEndian(span), BinaryPrimitives.ReadUInt16BigEndian(span[2..]))
            : new Tag(BinaryPrimitives.ReadUInt16LittleEndian(span), BinaryPrimitives.ReadUInt16LittleEndian(span[2..]));
    }

    private uint ReadUInt32(int offset) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(buffer.Span[offset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(buffer.Span[offset..]);
}
