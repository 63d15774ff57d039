namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>How large an image is rendered, and which part of it (PS3.18 8.3.5.1.3).</summary>
/// <param name="Width">Of the result, in pixels; the aspect is kept, so that one side may come out smaller.</param>
/// <param name="Height">Of the result, in pixels.</param>
/// <param name="Region">Part of the source image; null = all.</param>
public sealed record Viewport(int Width, int Height, SourceRegion? Region);

/// <summary>A part of an image, in pixels from its top left corner.</summary>
/// <param name="Width">Null = up to the right edge.</param>
/// <param name="Height">Null = up to the lower edge.</param>
/// <param name="IsFlippedHorizontally">The width was negative.</param>
/// <param name="IsFlippedVertically">The height was negative.</param>
public sealed record SourceRegion(
    double Left, double Top, double? Width, double? Height, bool IsFlippedHorizontally, bool IsFlippedVertically);
