using CloudPacs.Dicom;
using CloudPacs.Pixels;

namespace CloudPacs.Studies.Fetching;

/// <summary>What of a data set becomes other when its pixel data are decoded.</summary>
internal static class DecodedHeader
{
    /// <summary>What follows the pixel data; a signature of what was compressed is none of what is sent.</summary>
    public static readonly AttributeChanges Rest = new()
    {
        LeavesOut = static tag => tag <= Tags.PixelData || tag == Tags.DigitalSignaturesSequence,
    };

    /// <summary>Up to the pixel data.</summary>
    /// <param name="header">As it is stored.</param>
    /// <param name="pixels">Decoded; null when the instance has none.</param>
    /// <param name="others">What becomes other besides; null for nothing.</param>
    /// <exception cref="UndecodableException">Something in a sequence is compressed too.</exception>
    public static AttributeChanges Changes(DataSet header, DecodedPixels? pixels, AttributeChanges? others)
    {
        // An icon may be left out (it is of type 3); it would have to be decoded likewise.
        var hasIcon = false;
        foreach (var element in header)
        {
            if (!element.Items.Any(HasFragments)) continue;
            if (element.Tag != Tags.IconImageSequence)
                throw new UndecodableException(PixelProblemKind.NotSupported, $"What is compressed in {element.Tag} is not decoded.");
            hasIcon = true;
        }

        var values = pixels?.Attributes() ?? [];
        var isColor = values.Contains(Tags.PlanarConfiguration);
        foreach (var element in others?.Values ?? []) values.Add(element);
        return new AttributeChanges
        {
            Values = values,
            Items = others?.Items ?? [],
            EndsBefore = pixels is null ? null : Tags.ExtendedOffsetTable,
            LeavesOut = tag => others?.LeavesOut(tag) == true || (tag == Tags.IconImageSequence && hasIcon)
                || (pixels is not null && (tag == Tags.MacParametersSequence || (tag == Tags.PlanarConfiguration && !isColor))),
        };
    }

    private static bool HasFragments(DataSet item) =>
        item.Any(static element => element.IsEncapsulated || element.Items.Any(HasFragments));
}
