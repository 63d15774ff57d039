namespace CloudPacs.Dicom;

/// <summary>What metadata of an instance look like.</summary>
public sealed record MetadataForm
{
    /// <summary>Gives the address under which a value can be had that is not written inline; absolute, as clients resolve relative ones
    /// differently.</summary>
    public required Func<BulkData, string> BulkDataUri { get; init; }

    /// <summary>Says that text is UTF-8: for <see cref="InstanceScan.HasNonAsciiText"/>.</summary>
    public bool DeclaresUtf8 { get; init; }

    /// <summary>Longest value that is written inline, of those that may stand elsewhere (PS3.18 F.2.2).</summary>
    public int InlineBytes { get; init; } = 4 * 1024;

    /// <summary>The same for private elements.</summary>
    public int PrivateInlineBytes { get; init; } = 1024;

    /// <summary>The same for look-up tables, which some viewers want inline.</summary>
    public int TableInlineBytes { get; init; } = 200 * 1024;

    /// <summary>Private elements are not shown.</summary>
    public bool LeavesOutPrivate { get; init; }

    /// <summary>What text is in where (0008,0005) does not say.</summary>
    public SpecificCharacterSet UndeclaredCharacterSet { get; init; } = SpecificCharacterSet.Default;

    /// <summary>Whether a value of that length is given by its address.</summary>
    internal bool IsBulk(in ElementStart element)
    {
        if (element.VR is not (VR.DS or VR.FL or VR.FD or VR.IS or VR.LT or VR.OB or VR.OD or VR.OF or VR.OL or VR.OV or VR.OW or VR.SL
            or VR.SS or VR.ST or VR.SV or VR.UC or VR.UL or VR.UN or VR.US or VR.UT or VR.UV)) return false;
        var limit = element.Tag.IsPrivate ? PrivateInlineBytes : IsTable(element.Tag) ? TableInlineBytes : InlineBytes;
        return element.Length > limit || (element.Depth == 0 && IsPixelData(element.Tag));
    }

    private static bool IsPixelData(Tag tag) => tag == Tags.PixelData || tag == Tags.FloatPixelData || tag == Tags.DoubleFloatPixelData;

    private static bool IsTable(Tag tag) =>
        tag is { Group: 0x0028, Element: (>= 0x1201 and <= 0x1204) or (>= 0x1221 and <= 0x1223) or 0x3006 };
}
