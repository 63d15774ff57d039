using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>
/// Videos and documents can be shown as they are stored: asked for as rendered they are sent so (PS3.18 10.4.1.1.3, table 8.7.4-1).
/// </summary>
internal static class RenderedAsStored
{
    private static readonly ElementPath Document = new(new Tag(0x0042, 0x0011));

    /// <summary>Media type of what is to be sent; null for what has to be drawn.</summary>
    public static string? TypeOf(InstanceContent content) => content.Instance.SopClassUid switch
    {
        Uids.EncapsulatedPdfStorage => MediaTypes.Pdf,
        Uids.EncapsulatedCdaStorage => "text/xml",
        _ => content.Frames is null ? null : VideoType(MediaTypes.OfSyntax(content.Syntax.Uid)),
    };

    private static string? VideoType(string? type) => type?.StartsWith("video/", StringComparison.Ordinal) == true ? type : null;

    /// <param name="mediaType">As <see cref="TypeOf"/> tells it.</param>
    public static async Task SendAsync(HttpContext http, InstanceContent content, string mediaType)
    {
        var accepted = AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]);
        var negotiated = Negotiator.Choose(accepted, [new Representation(mediaType)]);
        if (negotiated.Chosen is not { } form)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        if (content.Frames is { } frames) await SendVideoAsync(http, content, form, frames.Find(1));
        else await SendDocumentAsync(http, content, form);
    }

    private static async Task SendDocumentAsync(HttpContext http, InstanceContent content, Representation form)
    {
        var (isFound, place) = await content.FindAsync(Document, http.RequestAborted);
        if (!isFound) await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "The instance holds no document.");
        else await BulkDataService.SendAsync(http, content, Document, place, form, address: null);
    }

    /// <summary>One stream, over however many fragments.</summary>
    private static async Task SendVideoAsync(HttpContext http, InstanceContent content, Representation form, FrameLocation video)
    {
        var tag = EntityTag.Of(Convert.ToHexString(content.Instance.Bytes.Digest.Span), form, "rendered");
        if (Caching.IsKnown(http, tag, Caching.Lasting)) return;
        http.Response.ContentType = form.ItemType;
        var asked = Caching.SetRange(http, tag, video.Length);
        var (skipped, left) = (asked.Offset, asked.Length);
        foreach (var fragment in video.Ranges)
        {
            var from = Math.Min(skipped, fragment.Length);
            var count = Math.Min(left, fragment.Length - from);
            var start = content.Instance.Bytes.DataSetOffset + fragment.Offset + from;
            await content.CopyAsync(start, count, http.Response.BodyWriter, http.RequestAborted);
            (skipped, left) = (skipped - from, left - count);
        }
    }
}
