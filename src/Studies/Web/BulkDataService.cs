using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;
using ByteRange = CloudPacs.Dicom.ByteRange;

namespace CloudPacs.Studies.Web;

/// <summary>Retrieval of values that metadata name by a BulkDataURI (PS3.18 10.4.1.1.4).</summary>
internal sealed class BulkDataService(StoredInstances instances, IArchive archive)
{
    private static readonly Tag EncapsulatedDocument = new(0x0042, 0x0011), MimeType = new(0x0042, 0x0012);

    /// <param name="tail">What follows <c>bulkdata/</c> in the address.</param>
    public async Task SendAsync(HttpContext http, FetchScope scope, string tail)
    {
        if (!ElementPath.TryParse(tail, out var path))
        {
            await DicomWebAnswer.RefuseAsync(
                http, StatusCodes.Status400BadRequest, "A value is named by its tag, behind sequences and numbers of items.");
            return;
        }

        if (await instances.FirstAsync(scope, http.RequestAborted) is not { } instance)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is no such instance.");
            return;
        }

        await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
        var address = new ResourceAddress(PublicAddress.RootOf(http)).BulkData(
            scope.Study, scope.Series!, scope.Instance!, path!);
        if (path == new ElementPath(Tags.PixelData) && content is { Syntax.IsEncapsulated: true, Frames: { Count: > 0 } frames })
        {
            await FrameService.SendAsync(http, content, frames, [.. Enumerable.Range(1, frames.Count)], address);
            return;
        }

        var (isFound, place) = await content.FindAsync(path!, http.RequestAborted);
        if (!isFound)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "The instance has no such value.");
            return;
        }

        var negotiated = Negotiator.Choose(
            AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]),
            await OffersAsync(content, path!, http.RequestAborted));
        if (negotiated.Chosen is { } form) await SendAsync(http, content, path!, place, form, address);
        else await DicomWebAnswer.RefuseAsync(http, negotiated);
    }

    /// <summary>Sends a value in the form that was chosen.</summary>
    /// <param name="place">Where in the file it is; null where it has to be made from what is there.</param>
    /// <param name="address">Its own address; null when it was asked for by another one.</param>
    public static async Task SendAsync(
        HttpContext http, InstanceContent content, ElementPath path, ByteRange? place, Representation form, string? address)
    {
        var tag = EntityTag.Of(Convert.ToHexString(content.Instance.Bytes.Digest.Span), form, path.ToString());
        if (Caching.IsKnown(http, tag, Caching.Lasting)) return;
        var output = http.Response.BodyWriter;
        if (form.Packaging == Packaging.Single)
        {
            http.Response.ContentType = form.ItemType;
            if (address is not null) http.Response.Headers.ContentLocation = address;
            if (place is { } stored)
            {
                var range = Caching.SetRange(http, tag, stored.Length);
                await content.CopyAsync(stored.Offset + range.Offset, range.Length, output, http.RequestAborted);
            }
            else await content.ExtractAsync(path, output, http.RequestAborted);
            return;
        }

        var boundary = Boundary.Create();
        http.Response.ContentType = form.MultipartType(boundary);
        var parts = new PartWriter(output, boundary);
        parts.BeginPart(form.ItemType, address, place?.Length);
        if (place is { } whole) await content.CopyAsync(whole.Offset, whole.Length, output, http.RequestAborted);
        else await content.ExtractAsync(path, output, http.RequestAborted);
        parts.End();
        await output.FlushAsync(http.RequestAborted);
    }

    /// <summary>A document, and a video, has a type of its own.</summary>
    private static async Task<IReadOnlyList<Representation>> OffersAsync(
        InstanceContent content, ElementPath path, CancellationToken cancellationToken)
    {
        if (path == new ElementPath(Tags.PixelData))
            return Offers.Frames(content.Instance.TransferSyntaxUid, canDecode: false, isOne: true);
        if (path != new ElementPath(EncapsulatedDocument)) return Offers.BulkData(mediaType: null, isOne: true);
        var header = await content.ReadHeaderAsync(cancellationToken);
        return Offers.BulkData(MediaTypeText.Read(header.GetString(MimeType))?.Type, isOne: true);
    }
}
