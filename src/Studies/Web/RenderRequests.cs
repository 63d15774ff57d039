using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Pixels;
using DecodedViewport = CloudPacs.Pixels.Viewport;

namespace CloudPacs.Studies.Web;

/// <summary>What a caller asks for, in the words of the renderer.</summary>
internal static class RenderRequests
{
    /// <summary>Longest side of a picture, where only the other one was named.</summary>
    private const int MostPixels = 16_384;

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

    /// <param name="asked">As it was sent by WADO-URI.</param>
    /// <param name="mediaType">JPEG or PNG.</param>
    /// <param name="header">Attributes of the image: a region is told in parts of it.</param>
    public static RenderRequest Of(WadoUriParameters asked, string mediaType, DataSet header) => new()
    {
        Format = mediaType == MediaTypes.Png ? PictureFormat.Png : PictureFormat.Jpeg,
        Quality = asked.Quality ?? 90,
        Window = asked.Window is { } window ? new Window(window.Center, window.Width, Pixels.WindowFunction.Linear) : null,
        Viewport = asked is { Rows: null, Columns: null, Region: null } ? null : Of(asked, header),
    };

    /// <summary>A side that is not named follows from the other one: the picture keeps its shape.</summary>
    private static DecodedViewport Of(WadoUriParameters asked, DataSet header)
    {
        double columns = header.GetInt32(Tags.Columns) ?? 1, rows = header.GetInt32(Tags.Rows) ?? 1;
        var (left, top, right, bottom) = asked.Region ?? (0, 0, 1, 1);
        double width = (right - left) * columns, height = (bottom - top) * rows;
        var isSized = asked.Columns is not null || asked.Rows is not null;
        return new DecodedViewport(Side(asked.Columns, width), Side(asked.Rows, height))
        {
            Left = left * columns, Top = top * rows, RegionWidth = width, RegionHeight = height,
        };

        int Side(int? named, double own) => named ?? (isSized ? MostPixels : (int)Math.Ceiling(own));
    }

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
