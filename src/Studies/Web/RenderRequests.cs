using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Pixels;
using DecodedViewport = CloudPacs.Pixels.Viewport;

namespace CloudPacs.Studies.Web;

/// <summary>What a caller asks for, in the words of the renderer.</summary>
internal static class RenderRequests
{
    /// <param name="parameters">As they were sent.</param>
    /// <param name="mediaType">JPEG or PNG.</param>
    /// <param name="longestEdge">Pixels of a thumbnail where the caller says nothing; null for a picture in full size.</param>
    public static RenderRequest Of(RenderedParameters parameters, string mediaType, int? longestEdge) => new()
    {
        Format = mediaType == MediaTypes.Png ? PictureFormat.Png : PictureFormat.Jpeg,
        Quality = parameters.Quality ?? 90,
        Window = parameters.Window is { } window ? new Window(window.Center, window.Width, FunctionOf(window)) : null,
        Viewport = parameters.Viewport is { } viewport ? Of(viewport)
            : longestEdge is { } edge ? DecodedViewport.Thumbnail(edge)
            : null,
    };

    private static Pixels.WindowFunction FunctionOf(WindowChoice window) => window.Function switch
    {
        DicomWeb.Retrieving.WindowFunction.LinearExact => Pixels.WindowFunction.LinearExact,
        DicomWeb.Retrieving.WindowFunction.Sigmoid => Pixels.WindowFunction.Sigmoid,
        _ => Pixels.WindowFunction.Linear,
    };

    private static DecodedViewport Of(DicomWeb.Retrieving.Viewport viewport) => viewport.Region is not { } region
        ? new DecodedViewport(viewport.Width, viewport.Height)
        : new DecodedViewport(viewport.Width, viewport.Height)
        {
            Left = region.Left, Top = region.Top, RegionWidth = region.Width, RegionHeight = region.Height,
        };
}
