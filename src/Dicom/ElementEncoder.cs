using System.Buffers.Binary;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>Appends elements to a buffer; lengths are patched once the value is there.</summary>
internal sealed class ElementEncoder(ByteBuffer output, TransferSyntax syntax, SpecificCharacterSet characterSet)
{
    private const uint UndefinedLength = 0xFFFFFFFF;

    public TextLoss Loss { get; private set; }

    /// <param name="dataSet">What to write.</param>
    /// <param name="isDeclared">The character set needs no declaration.</param>
    public void WriteTop(DataSet dataSet, bool isDeclared)
    {
        foreach (var element in dataSet)
        {
            if (element.Tag.Group is 0 or 2) continue;
            if (!isDeclared && element.Tag >= Tags.SpecificCharacterSet)
            {
                Declare();
                isDeclared = true;
            }

            Write(element);
        }

        if (!isDeclared) Declare();
    }

    public void WriteGroup(DataSet dataSet, ushort group)
    {
        var start = output.Length;
        Write(DataElement.Create(new Tag(group, 0), VR.UL, "0"), isGroupLength: true);
        var end = output.Length;
        foreach (var element in dataSet)
            if (element.Tag.Group == group) Write(element);
        PutUInt32(output.Written[(end - 4)..], (uint)(output.Length - end));
        if (output.Length == end) output.Truncate(start);
    }

    private void Declare() => Write(DataElement.Create(Tags.SpecificCharacterSet, VR.CS, characterSet.DefinedTerms), isDeclaration: true);

    private void Write(DataElement element, bool isDeclaration = false, bool isGroupLength = false)
    {
        if ((element.Tag.IsGroupLength && !isGroupLength) || (element.Tag == Tags.SpecificCharacterSet && !isDeclaration)) return;
        var rule = VrRules.For(element.VR);
        var start = output.Length;
        WriteTag(element.Tag);
        var isLong = !syntax.IsExplicitVr || rule.LongLength;
        if (syntax.IsExplicitVr) WriteVr(element.VR, isLong);
        var lengthAt = output.Length;
        output.GetSpan(4)[..4].Clear();
        output.Advance(isLong ? 4 : 2);

        WriteValue(element, rule);
        var length = output.Length - lengthAt - (isLong ? 4 : 2);
        if (element.IsEncapsulated)
        {
            PutUInt32(output.Written[lengthAt..], UndefinedLength);
            WriteTag(new Tag(0xFFFE, 0xE0DD));
            WriteUInt32(0);
        }
        else if (isLong) PutUInt32(output.Written[lengthAt..], (uint)length);
        else if (length <= ushort.MaxValue) PutUInt16(output.Written[lengthAt..], (ushort)length);
        else WidenToUnknown(start, length);
    }

    /// <summary>A value too long for a 16-bit length is written as UN (PS3.5 6.2.2 note 5).</summary>
    private void WidenToUnknown(int start, int length)
    {
        output.GetSpan(4)[..4].Clear();
        output.Advance(4);
        var element = output.Written[start..];
        element.Slice(8, length).CopyTo(element[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(element[4..], (ushort)VR.UN);
        PutUInt16(element[6..], 0);
        PutUInt32(element[8..], (uint)length);
    }

    private void WriteValue(DataElement element, VrRule rule)
    {
        var start = output.Length;
        switch (rule.Kind)
        {
            case VrKind.Sequence:
                foreach (var item in element.Items) WriteItem(item);
                return;
            case VrKind.Text or VrKind.Ascii:
                WriteText(element, rule);
                break;
            default:
                output.Add(element.Bytes.Span);
                if (syntax.IsBigEndian && !element.IsEncapsulated) Swap(output.Written[start..], element.VR == VR.AT ? 2 : rule.UnitBytes);
                break;
        }

        if (((output.Length - start) & 1) == 1) output.Add(rule.Padding);
    }

    private void WriteText(DataElement element, VrRule rule)
    {
        if (MeansTheSame(element))
        {
            output.Add(element.Bytes.Span.TrimEnd(" \0"u8));
            return;
        }

        var values = element.Values;
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) output.Add((byte)'\\');
            if (characterSet.TryEncode(values[i].AsSpan(), element.VR, output)) continue;
            var other = characterSet.Transliterate(values[i], element.VR, out var loss);
            Loss += loss;
            // Other letters may be more letters: ss for one, and the limit of the representation still holds.
            if (rule.MaxCharacters > 0) other = VrRules.Cut(other, element.VR);
            if (!characterSet.TryEncode(other.AsSpan(), element.VR, output))
                throw new InvalidOperationException("A transliterated text must be in the set.");
        }
    }

    /// <summary>ASCII that was read is the same text in the set that is written: it is copied, neither decoded nor encoded.</summary>
    private bool MeansTheSame(DataElement element) =>
        characterSet.KeepsAscii && element.CharacterSet is { KeepsAscii: true } && Ascii.IsValid(element.Bytes.Span)
            && !element.Bytes.Span.Contains(SpecificCharacterSet.EscapeByte);

    private void WriteItem(DataSet item)
    {
        WriteTag(new Tag(0xFFFE, 0xE000));
        var lengthAt = output.Length;
        WriteUInt32(0);
        foreach (var element in item) Write(element);
        PutUInt32(output.Written[lengthAt..], (uint)(output.Length - lengthAt - 4));
    }

    private void WriteTag(Tag tag)
    {
        var span = output.GetSpan(4);
        PutUInt16(span, tag.Group);
        PutUInt16(span[2..], tag.Element);
        output.Advance(4);
    }

    private void WriteVr(VR vr, bool isLong)
    {
        var span = output.GetSpan(4);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)vr);
        span[2..4].Clear();
        output.Advance(isLong ? 4 : 2);
    }

    private void WriteUInt32(uint value)
    {
        PutUInt32(output.GetSpan(4), value);
        output.Advance(4);
    }

    private void PutUInt16(Span<byte> target, ushort value)
    {
        if (syntax.IsBigEndian) BinaryPrimitives.WriteUInt16BigEndian(target, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(target, value);
    }

    private void PutUInt32(Span<byte> target, uint value)
    {
        if (syntax.IsBigEndian) BinaryPrimitives.WriteUInt32BigEndian(target, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(target, value);
    }

    private static void Swap(Span<byte> bytes, int unit)
    {
        for (var i = 0; unit > 1 && i + unit <= bytes.Length; i += unit) bytes.Slice(i, unit).Reverse();
    }
}
