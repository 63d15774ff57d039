namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>What is rendered: which parameters have a meaning follows from it (PS3.18 8.3.5.1).</summary>
public enum RenderedTarget
{
    Image,

    /// <summary>It sets window and region itself.</summary>
    PresentationState,
    Thumbnail,
}
