using CloudPacs.Pixels.Output;
using CloudPacs.Pixels.Rendering;

namespace CloudPacs.Pixels;

/// <summary>
/// From a stored frame to a JPEG or PNG. The order is: decode, modality transformation, values of interest, polarity, overlays, region,
/// scaling, encoding. Pure; calls may run side by side.
/// </summary>
public static class FrameRenderer
{
    public static PixelResult<RenderedFrame> Render(EncodedFrame frame, RenderRequest request)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(request);
        return PixelResult<RenderedFrame>.From(() =>
        {
            Check(request);
            var picture = Draw(frame, request, out var window);
            return request.Format == PictureFormat.Png
                ? new RenderedFrame(PngWriter.Write(picture), "image/png", picture.Width, picture.Height, window)
                : new RenderedFrame(JpegWriter.Write(picture, request.Quality), "image/jpeg", picture.Width, picture.Height, window);
        });
    }

    /// <summary>The picture before it is encoded.</summary>
    /// <exception cref="PixelException">There is none.</exception>
    internal static Picture Draw(EncodedFrame frame, RenderRequest request, out Window? window)
    {
        var image = FrameDecoder.DecodeOrThrow(frame);
        window = null;
        Picture picture;
        switch (image.PhotometricInterpretation)
        {
            case "RGB":
                picture = ColorPicture.FromRgb(image);
                break;
            case "PALETTE COLOR":
                picture = ColorPicture.FromPalette(frame.Header, image);
                break;
            default:
                var scale = new GreyScale(frame.Header, image, frame.Number, request.Window);
                window = scale.Window;
                picture = scale.Render(image);
                break;
        }

        if (request.ShowsOverlays) Overlays.Draw(frame.Header, image, frame.Number, picture);
        return request.Viewport == null ? picture : Framing.Apply(picture, request.Viewport, frame.Header, frame.Number);
    }

    private static void Check(RenderRequest request)
    {
        if (request.Quality is < 1 or > 100) throw new PixelException(PixelProblemKind.BadRequest, "Quality is 1 to 100.");
        if (request.Window is { IsValid: false })
            throw new PixelException(PixelProblemKind.BadRequest, "A window has a width of at least 1, or above 0 where it is not LINEAR.");
        if (request.Viewport != null) Framing.Check(request.Viewport);
    }
}
