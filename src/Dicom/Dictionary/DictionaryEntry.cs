namespace CloudPacs.Dicom;

/// <summary>One row of the data dictionary (PS3.6 chapters 6 to 9, PS3.7 annex E).</summary>
/// <param name="Tag">The tag; for repeating groups with the varying digits zero.</param>
/// <param name="Keyword">Keyword, empty for a few retired rows.</param>
/// <param name="VR">The representation; where the standard leaves a choice the first of it ("US or SS" is US), but OW for "OB or OW".</param>
/// <param name="VM">Value multiplicity as written, such as 1-n.</param>
/// <param name="Name">Name in words.</param>
/// <param name="IsRetired">Still read, no longer to be written.</param>
public sealed record DictionaryEntry(Tag Tag, string Keyword, VR VR, string VM, string Name, bool IsRetired)
{
    /// <summary>US or SS according to Pixel Representation (0028,0103) of the same data set.</summary>
    internal bool DependsOnPixelRepresentation { get; init; }
}
