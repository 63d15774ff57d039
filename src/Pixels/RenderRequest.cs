namespace CloudPacs.Pixels;

public enum PictureFormat
{
    /// <summary>8-bit baseline (ITU-T T.81), grey or colour without subsampling.</summary>
    Jpeg,

    /// <summary>8 bits a sample, lossless (ISO/IEC 15948).</summary>
    Png,
}

/// <summary>What a rendered frame is to look like (PS3.18 8.3.5).</summary>
public sealed record RenderRequest
{
    public PictureFormat Format { get; init; }

    /// <summary>1 to 100; of JPEG only.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>Instead of the window of the image; colour images have none and stay as they are.</summary>
    public Window? Window { get; init; }

    /// <summary>The part of the image to show and the size to show it in; null: the whole, as large as it is.</summary>
    public Viewport? Viewport { get; init; }

    /// <summary>Graphic overlays (60xx,3000) drawn in white.</summary>
    public bool ShowsOverlays { get; init; } = true;
}

/// <summary>PS3.18 8.3.5.1.3. The region is scaled into the size with its aspect kept, so one side of the picture may be shorter.</summary>
/// <param name="Width">In pixels of the picture, 1 to 16,384.</param>
/// <param name="Height">In pixels of the picture, 1 to 16,384.</param>
public sealed record Viewport(int Width, int Height)
{
    /// <summary>Left edge of the region, in pixels of the image.</summary>
    public double Left { get; init; }

    public double Top { get; init; }

    /// <summary>Of the region; negative mirrors it left to right; null: up to the right edge.</summary>
    public double? RegionWidth { get; init; }

    /// <summary>Of the region; negative mirrors it top to bottom; null: down to the lower edge.</summary>
    public double? RegionHeight { get; init; }

    /// <summary>Only makes smaller: for thumbnails, where a small image stays as it is.</summary>
    public bool OnlyShrinks { get; init; }

    /// <summary>A size whose longest edge is that, for a thumbnail.</summary>
    public static Viewport Thumbnail(int longestEdge = 128) => new(longestEdge, longestEdge) { OnlyShrinks = true };
}

/// <param name="Bytes">The whole file.</param>
/// <param name="MediaType">image/jpeg or image/png.</param>
/// <param name="Window">The window that was applied; null for colour, VOI tables and images without one.</param>
public sealed record RenderedFrame(ReadOnlyMemory<byte> Bytes, string MediaType, int Width, int Height, Window? Window);
