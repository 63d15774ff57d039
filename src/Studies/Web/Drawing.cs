using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.Pixels;

namespace CloudPacs.Studies.Web;

/// <summary>How a frame is drawn for a caller.</summary>
/// <param name="Form">JPEG or PNG.</param>
/// <param name="Kind">By which service: pictures of two are never taken for one another.</param>
/// <param name="Key">A text of one meaning for each way of drawing.</param>
internal sealed record Drawing(Representation Form, string Kind, string Key)
{
    /// <summary>From 1 on; null for the one that is usual.</summary>
    public int? Number { get; init; }

    /// <summary>The usual one is that in the middle, else the first.</summary>
    public bool ChoosesMiddle { get; init; }

    /// <summary>In the words of the renderer, for the attributes of the image.</summary>
    public required Func<DataSet, RenderRequest> Request { get; init; }
}
