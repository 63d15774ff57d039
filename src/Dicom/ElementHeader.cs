using System.Buffers.Binary;

namespace CloudPacs.Dicom;

/// <summary>How an element of an explicit data set is headed.</summary>
internal enum HeaderForm
{
    /// <summary>As the transfer syntax says.</summary>
    Regular,

    /// <summary>Without representation, as some writers mix in.</summary>
    Implicit,

    /// <summary>With a representation that PS3.5 does not list: those of later editions have 32-bit lengths (PS3.5 7.1.2).</summary>
    UnknownVr,
}

/// <summary>
/// What stands before the value of an element (PS3.5 7.1): the one place that reads it, for data sets in memory and for those that pass.
/// </summary>
internal readonly record struct ElementHeader(Tag Tag, VR VR, uint Length, int Bytes, HeaderForm Form)
{
    public const uint UndefinedLength = 0xFFFFFFFF;

    /// <summary>Bytes of the longest header.</summary>
    public const int MaxBytes = 12;

    /// <summary>How long the header is that begins with these eight bytes: 8 or 12.</summary>
    public static int SizeOf(ReadOnlySpan<byte> head, bool isExplicitVr, bool isBigEndian)
    {
        if (!isExplicitVr) return 8;
        var rule = VrRules.Find((VR)BinaryPrimitives.ReadUInt16BigEndian(head[4..]));
        if (rule != null ? !rule.LongLength : !HasCapitals(head)) return 8;
        return ReadTag(head, isBigEndian).Group == 0xFFFE ? 8 : 12;
    }

    /// <summary>Reads the header of an element, which is no item or delimiter.</summary>
    /// <param name="head">As many bytes as <see cref="SizeOf"/> says, or more.</param>
    /// <param name="isExplicitVr">The data set has representations.</param>
    /// <param name="isBigEndian">The most significant byte comes first.</param>
    /// <param name="isSigned">Pixel Representation (0028,0103) of the data set is 1.</param>
    public static ElementHeader Read(ReadOnlySpan<byte> head, bool isExplicitVr, bool isBigEndian, bool isSigned)
    {
        var tag = ReadTag(head, isBigEndian);
        if (!isExplicitVr) return new(tag, ImplicitVr(tag, isSigned), ReadUInt32(head[4..], isBigEndian), 8, HeaderForm.Regular);
        var vr = (VR)BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        return VrRules.Find(vr) switch
        {
            { LongLength: false } => new(tag, vr, ReadUInt16(head[6..], isBigEndian), 8, HeaderForm.Regular),
            { } => new(tag, vr, ReadUInt32(head[8..], isBigEndian), 12, HeaderForm.Regular),
            null when HasCapitals(head) => new(tag, VR.UN, ReadUInt32(head[8..], isBigEndian), 12, HeaderForm.UnknownVr),
            null => new(tag, ImplicitVr(tag, isSigned), ReadUInt32(head[4..], isBigEndian), 8, HeaderForm.Implicit),
        };
    }

    /// <summary>The representation of an element that is written without one.</summary>
    public static VR ImplicitVr(Tag tag, bool isSigned)
    {
        if (isSigned && !tag.IsPrivate && DicomDictionary.TryGet(tag, out var entry) && entry.DependsOnPixelRepresentation) return VR.SS;
        return DicomDictionary.VrOf(tag);
    }

    public static Tag ReadTag(ReadOnlySpan<byte> head, bool isBigEndian) =>
        new(ReadUInt16(head, isBigEndian), ReadUInt16(head[2..], isBigEndian));

    public static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static bool HasCapitals(ReadOnlySpan<byte> head) =>
        char.IsAsciiLetterUpper((char)head[4]) && char.IsAsciiLetterUpper((char)head[5]);
}
