namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>Kinds of resources by the forms that they have (PS3.18 tables 10.4.4-1 and 8.7.3-2 to 8.7.3-4).</summary>
public enum Resource
{
    /// <summary>Whole instances.</summary>
    Objects,
    Metadata,

    /// <summary>Results of a search.</summary>
    Matches,

    /// <summary>What became of a store request.</summary>
    StoreResponse,
    Frames,
    BulkData,

    /// <summary>An image or one frame of it, rendered.</summary>
    RenderedImage,

    /// <summary>Several frames, rendered.</summary>
    RenderedFrames,
    RenderedVideo,

    /// <summary>A structured report or another text.</summary>
    RenderedText,

    /// <summary>An encapsulated document.</summary>
    RenderedDocument,
    Thumbnail,
}
