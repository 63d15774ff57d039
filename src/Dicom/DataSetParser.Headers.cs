namespace CloudPacs.Dicom;

internal sealed partial class DataSetParser
{
    private bool TryReadHeader(int end, bool isExplicitVr, Scope scope, out ElementHeader header)
    {
        header = default;
        var start = Position;
        var span = buffer.Span[start..];
        if (ElementHeader.SizeOf(span, isExplicitVr, isBigEndian) > 8 && !Has(ElementHeader.MaxBytes, end, "the header of an element"))
            return false;
        header = ElementHeader.Read(span, isExplicitVr, isBigEndian, scope.IsSigned);
        if (header.Form == HeaderForm.Implicit)
        {
            // Some writers mix implicit elements into explicit data sets; the length tells whether this can be one.
            if (header.Length > end - start - 8 && header.Length != ElementHeader.UndefinedLength)
            {
                if (end == buffer.Length) NeededBytes = start + 8L + header.Length;
                Fail($"{header.Tag} at offset {start} has no value representation");
                return false;
            }

            options.Warn?.Invoke($"{header.Tag} at offset {start} is written in implicit VR.");
        }
        else if (header.Form == HeaderForm.UnknownVr)
        {
            options.Warn?.Invoke($"{header.Tag} at offset {start} has an unknown value representation.");
        }

        Position += header.Bytes;
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

    private Tag ReadTag() => ElementHeader.ReadTag(buffer.Span[Position..], isBigEndian);

    private uint ReadUInt32(int offset) => ElementHeader.ReadUInt32(buffer.Span[offset..], isBigEndian);
}
