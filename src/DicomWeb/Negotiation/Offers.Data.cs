using System.Collections.Frozen;

namespace CloudPacs.DicomWeb.Negotiation;

public static partial class Offers
{
    /// <summary>
    /// Forms of resources whose forms do not follow from a stored syntax, the default first (PS3.18 tables 8.7.3-2 to 8.7.3-4, 10.4.4-1, 10.5.4-1, 10.6.4-1).
    /// </summary>
    private static readonly FrozenDictionary<Resource, Representation[]> Table = new Dictionary<Resource, Representation[]>
    {
        [Resource.Metadata] = [new(MediaTypes.Json), new(MediaTypes.Xml, Packaging.Multipart)],
        [Resource.Matches] = [new(MediaTypes.Json), new(MediaTypes.Xml, Packaging.Multipart)],
        [Resource.StoreResponse] = [new(MediaTypes.Json), new(MediaTypes.Xml)],
        [Resource.RenderedImage] = [new(MediaTypes.Jpeg), new(MediaTypes.Png), new(MediaTypes.Gif), new(MediaTypes.Jp2)],
        [Resource.RenderedFrames] =
        [
            new(MediaTypes.Jpeg, Packaging.Multipart), new(MediaTypes.Png, Packaging.Multipart), new(MediaTypes.Gif, Packaging.Multipart),
            new(MediaTypes.Jp2, Packaging.Multipart), new("video/mp4"), new(MediaTypes.Gif),
        ],
        [Resource.RenderedVideo] = [new("video/mp4"), new("video/mpeg"), new("video/h265")],
        [Resource.RenderedText] = [new("text/html"), new("text/plain"), new(MediaTypes.Pdf)],
        [Resource.RenderedDocument] = [new(MediaTypes.Pdf)],
        [Resource.Thumbnail] = [new(MediaTypes.Jpeg), new(MediaTypes.Png), new(MediaTypes.Gif)],
    }.ToFrozenDictionary();
}
