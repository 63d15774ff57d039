namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>What came of the negotiation of a representation.</summary>
/// <param name="Chosen">What to answer with; null when nothing fits.</param>
/// <param name="Status">200; 406 when nothing fits; 400 when DICOM and rendered types stand side by side (PS3.18 8.7.4).</param>
/// <param name="Possible">What the caller may ask for, for the body of a refusal.</param>
public sealed record Negotiated(Representation? Chosen, int Status, IReadOnlyList<string> Possible)
{
    /// <summary>The sentence that goes with a refusal.</summary>
    public string Text => Status switch
    {
        400 => "Accept DICOM media types or rendered ones, not both.",
        406 when Possible.Count == 0 => "It cannot be had in any form.",
        406 => $"Accept {string.Join(" or ", Possible)}.",
        _ => "",
    };
}
