using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>Which part of the image is shown, and how large (PS3.18 8.3.5.1.3).</summary>
internal static class Framing
{
    private const int MaxEdge = 16_384;
    private const long MaxPixels = 64L << 20;

    public static Picture Apply(Picture picture, Viewport viewport, DataSet header, int number)
    {
        var region = FindRegion(viewport, picture.Width, picture.Height);
        var (width, height) = Fit(viewport, region, PixelHeight(header, number));
        return Scaler.Scale(picture, region, width, height);
    }

    /// <exception cref="PixelException">A size is impossible.</exception>
    public static void Check(Viewport viewport)
    {
        if (viewport.Width is < 1 or > MaxEdge || viewport.Height is < 1 or > MaxEdge || (long)viewport.Width * viewport.Height > MaxPixels)
            throw Bad($"A viewport is 1 to {MaxEdge} pixels wide and high and has at most {MaxPixels} pixels.");
        double[] numbers = [viewport.Left, viewport.Top, viewport.RegionWidth ?? 1, viewport.RegionHeight ?? 1];
        if (!numbers.All(double.IsFinite) || viewport.RegionWidth == 0 || viewport.RegionHeight == 0)
            throw Bad("The region of the viewport has no size.");
    }

    private static Region FindRegion(Viewport viewport, int columns, int rows)
    {
        var left = Whole(viewport.Left, columns);
        var top = Whole(viewport.Top, rows);
        var right = viewport.RegionWidth is { } width ? Whole(viewport.Left + Math.Abs(width), columns) : columns;
        var bottom = viewport.RegionHeight is { } height ? Whole(viewport.Top + Math.Abs(height), rows) : rows;
        if (right <= left || bottom <= top) throw Bad("The region of the viewport lies outside of the image.");
        return new Region(left, top, right - left, bottom - top, viewport.RegionWidth < 0, viewport.RegionHeight < 0);

        static int Whole(double value, int most) => (int)Math.Clamp(Math.Round(value), 0, most);
    }

    private static (int Width, int Height) Fit(Viewport viewport, Region region, double pixelHeight)
    {
        double width = region.Width, height = region.Height * pixelHeight;
        var scale = Math.Min(viewport.Width / width, viewport.Height / height);
        if (viewport.OnlyShrinks) scale = Math.Min(scale, 1);
        return (Whole(width * scale, viewport.Width), Whole(height * scale, viewport.Height));

        static int Whole(double value, int most) => (int)Math.Clamp(Math.Round(value), 1, most);
    }

    /// <summary>How high a pixel is when it is one wide; 1 when nothing sensible says otherwise.</summary>
    private static double PixelHeight(DataSet header, int number)
    {
        var measures = new FrameAttributes(header, number).Group(PixelTags.PixelMeasuresSequence);
        var pair = FrameAttributes.Numbers(header, Tags.PixelAspectRatio)
            ?? FrameAttributes.Numbers(measures, PixelTags.PixelSpacing)
            ?? FrameAttributes.Numbers(header, PixelTags.ImagerPixelSpacing);
        if (pair is not [> 0, > 0, ..]) return 1;
        var ratio = pair[0] / pair[1];
        return ratio is > 0.01 and < 100 && Math.Abs(ratio - 1) > 0.01 ? ratio : 1;
    }

    private static PixelException Bad(string text) => new(PixelProblemKind.BadRequest, text);
}
