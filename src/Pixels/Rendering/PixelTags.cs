using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>Attributes that only rendering asks for (PS3.3 C.7.6.3, C.9.2, C.11).</summary>
internal static class PixelTags
{
    public static readonly Tag PixelPaddingRangeLimit = new(0x0028, 0x0121);
    public static readonly Tag PixelPaddingValue = new(0x0028, 0x0120);
    public static readonly Tag PixelSpacing = new(0x0028, 0x0030);
    public static readonly Tag ImagerPixelSpacing = new(0x0018, 0x1164);
    public static readonly Tag WindowCenter = new(0x0028, 0x1050);
    public static readonly Tag WindowWidth = new(0x0028, 0x1051);
    public static readonly Tag RescaleIntercept = new(0x0028, 0x1052);
    public static readonly Tag RescaleSlope = new(0x0028, 0x1053);
    public static readonly Tag VoiLutFunction = new(0x0028, 0x1056);
    public static readonly Tag ModalityLutSequence = new(0x0028, 0x3000);
    public static readonly Tag LutDescriptor = new(0x0028, 0x3002);
    public static readonly Tag LutData = new(0x0028, 0x3006);
    public static readonly Tag VoiLutSequence = new(0x0028, 0x3010);
    public static readonly Tag PixelMeasuresSequence = new(0x0028, 0x9110);
    public static readonly Tag FrameVoiLutSequence = new(0x0028, 0x9132);
    public static readonly Tag PixelValueTransformationSequence = new(0x0028, 0x9145);
    public static readonly Tag PresentationLutShape = new(0x2050, 0x0020);

    /// <summary>(0028,1101) for red; green and blue follow.</summary>
    public static Tag PaletteDescriptor(int color) => new(0x0028, (ushort)(0x1101 + color));

    public static Tag PaletteData(int color) => new(0x0028, (ushort)(0x1201 + color));

    public static Tag SegmentedPaletteData(int color) => new(0x0028, (ushort)(0x1221 + color));
}
