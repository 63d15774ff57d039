using System.Buffers;
using System.Buffers.Binary;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes what passes in little endian, with representations or without. Sequences and items get undefined lengths, as their own are others
/// in that syntax and not known before their end; group lengths and stray groups 0000 and 0002 are left out.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="isFromBigEndian">What passes is big endian.</param>
/// <param name="makesEven">Values of odd length are padded, as they must be for others; for our own reading they stay.</param>
/// <param name="isExplicitVr">Elements say their representation.</param>
internal sealed class LittleEndianWriter(IBufferWriter<byte> output, bool isFromBigEndian, bool makesEven, bool isExplicitVr = true)
    : DataSetVisitor
{
    private readonly ByteSwapper _values = new(output, isFromBigEndian);
    private bool _isLeftOut;
    private bool _isOdd;
    private byte _padding;

    /// <summary>What <see cref="StartElement"/> writes before the value of an element that says its representation.</summary>
    public static int HeaderBytes(in ElementStart element) => IsLong(element.VR, element.Length) ? 12 : 8;

    public override void StartElement(in ElementStart element)
    {
        _isLeftOut = element.Tag.IsGroupLength || (element.Depth == 0 && element.Tag.Group is 0 or 2);
        if (_isLeftOut) return;
        var rule = VrRules.For(element.VR);
        _isOdd = makesEven && (element.Length & 1) == 1;
        _padding = rule.Padding;
        _values.Start(element.VR);
        WriteHead(element.Tag, element.VR, element.Length + (_isOdd ? 1u : 0));
    }

    public override void Value(ReadOnlySpan<byte> piece)
    {
        if (!_isLeftOut) _values.Write(piece);
    }

    public override void EndElement()
    {
        if (_isLeftOut) return;
        _values.End();
        if (_isOdd) output.Write([_padding]);
    }

    public override void StartSequence(in ElementStart element) => WriteHead(element.Tag, VR.SQ, ElementHeader.UndefinedLength);

    public override void StartItem() => WriteItem(Tags.Item, ElementHeader.UndefinedLength);

    public override void EndItem() => WriteItem(Tags.ItemDelimitationItem, 0);

    public override void EndSequence() => WriteItem(Tags.SequenceDelimitationItem, 0);

    public override void StartFragments(in ElementStart element) =>
        WriteHead(element.Tag, element.VR is VR.OB or VR.OW ? element.VR : VR.OB, ElementHeader.UndefinedLength);

    public override void StartFragment(long offset, uint length)
    {
        (_isLeftOut, _padding) = (false, 0);
        _values.Start(VR.OB);
        _isOdd = makesEven && (length & 1) == 1;
        WriteItem(Tags.Item, length + (_isOdd ? 1u : 0));
    }

    public override void EndFragment() => EndElement();

    public override void EndFragments(long end) => EndSequence();

    private static bool IsLong(VR vr, uint length) => VrRules.For(vr).LongLength || length >= ushort.MaxValue;

    private void WriteHead(Tag tag, VR vr, uint length)
    {
        if (!isExplicitVr)
        {
            WriteItem(tag, length);
            return;
        }

        var isLong = IsLong(vr, length);
        // A value too long for a 16-bit length is written as UN (PS3.5 6.2.2 note 5).
        if (isLong && !VrRules.For(vr).LongLength) vr = VR.UN;
        var span = output.GetSpan(12);
        BinaryPrimitives.WriteUInt16LittleEndian(span, tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], tag.Element);
        BinaryPrimitives.WriteUInt16BigEndian(span[4..], (ushort)vr);
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], isLong ? (ushort)0 : (ushort)length);
        if (isLong) BinaryPrimitives.WriteUInt32LittleEndian(span[8..], length);
        output.Advance(isLong ? 12 : 8);
    }

    private void WriteItem(Tag tag, uint length)
    {
        var span = output.GetSpan(8);
        BinaryPrimitives.WriteUInt16LittleEndian(span, tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], tag.Element);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], length);
        output.Advance(8);
    }
}
