namespace CloudPacs.Dicom;

/// <summary>What PS3.5 6.2 says about one value representation.</summary>
/// <param name="VR">The representation.</param>
/// <param name="Kind">What the value field holds.</param>
/// <param name="MaxCharacters">Longest single value in characters (PN: of one component group); 0 = no limit that matters.</param>
/// <param name="MultiValued">A backslash separates values.</param>
/// <param name="LongLength">In explicit VR the length has 32 bits (PS3.5 table 7.1-1).</param>
/// <param name="UnitBytes">Bytes of one number or word; 1 for text and byte strings.</param>
public sealed record VrRule(VR VR, VrKind Kind, int MaxCharacters, bool MultiValued, bool LongLength, int UnitBytes)
{
    public bool IsString => Kind is VrKind.Text or VrKind.Ascii;

    /// <summary>Fills a value field to even length.</summary>
    public byte Padding => IsString && VR != VR.UI ? (byte)' ' : (byte)0;

    /// <summary>Leading spaces carry meaning (PS3.5 table 6.2-1); trailing ones never do.</summary>
    public bool KeepsLeadingSpaces => VR is VR.LT or VR.ST or VR.UT or VR.UC;
}
