using System.Buffers;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>Retrieval of whole instances and of their metadata (PS3.18 10.4).</summary>
internal sealed class ObjectService(StoredInstances instances, IArchive archive)
{
    /// <summary>One instance, a series or a study as DICOM files, each as the caller can take it.</summary>
    public async Task SendAsync(HttpContext http, FetchScope scope)
    {
        var accepted = AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]);
        PartWriter? parts = null;
        await foreach (var (_, _, instance) in instances.FindAsync(scope, facility: null, http.RequestAborted))
        {
            var isNative = !(TransferSyntax.FromUid(instance.TransferSyntaxUid)?.IsEncapsulated ?? true);
            var offers = Offers.Objects(instance.TransferSyntaxUid, canDecode: isNative, isLossy: false, scope.Instance is not null);
            var negotiated = Negotiator.Choose(accepted, offers);
            if (negotiated.Chosen is not { } form)
            {
                // What has begun cannot be refused any more: the caller must see that it is not whole.
                if (parts is not null) http.Abort();
                else await DicomWebAnswer.RefuseAsync(http, negotiated);
                return;
            }

            await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
            var isStored = form.TransferSyntax == instance.TransferSyntaxUid;
            if (parts is null && scope.Instance is not null)
            {
                var tag = EntityTag.Of(Convert.ToHexString(instance.Bytes.Digest.Span), form);
                if (Caching.IsKnown(http, tag, Caching.Changing)) return;
                if (form.Packaging == Packaging.Single)
                {
                    await SendAloneAsync(http, content, form, isStored, tag);
                    return;
                }
            }

            if (parts is null)
            {
                var boundary = Boundary.Create();
                http.Response.ContentType = form.MultipartType(boundary);
                parts = new PartWriter(http.Response.BodyWriter, boundary);
            }

            parts.BeginPart(form.ItemType, contentLength: isStored ? content.Length : null);
            if (isStored) await content.CopyAsync(0, content.Length, parts.Output, http.RequestAborted);
            else await content.RewriteAsync(parts.Output, http.RequestAborted);
        }

        if (parts is null)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is nothing of that name.");
            return;
        }

        parts.End();
        await parts.Output.FlushAsync(http.RequestAborted);
    }

    /// <summary>Metadata of one instance, a series or a study (PS3.18 10.4.1.1.2), made while they are sent.</summary>
    public async Task SendMetadataAsync(HttpContext http, FetchScope scope)
    {
        var accepted = AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]);
        var offers = Offers.Of(Resource.Metadata).Where(static form => form.MediaType == MediaTypes.Json).ToList();
        var negotiated = Negotiator.Choose(accepted, offers);
        if (negotiated.Chosen is null)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        var output = http.Response.BodyWriter;
        var address = new ResourceAddress(PublicAddress.RootOf(http));
        var isFirst = true;
        await foreach (var (study, series, instance) in instances.FindAsync(scope, facility: null, http.RequestAborted))
        {
            if (isFirst) http.Response.ContentType = MediaTypes.Json;
            output.Write(isFirst ? "["u8 : ","u8);
            isFirst = false;
            var place = address.Instance(study.StudyInstanceUid, series.SeriesInstanceUid, instance.SopInstanceUid);
            var form = new MetadataForm { BulkDataUri = bulk => $"{place}/bulkdata/{bulk.Path}", DeclaresUtf8 = true };
            await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
            if (await content.WriteMetadataAsync(output, form, http.RequestAborted) is not null)
            {
                http.Abort();
                return;
            }

            await output.FlushAsync(http.RequestAborted);
        }

        if (isFirst)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is nothing of that name.");
            return;
        }

        output.Write("]"u8);
        await output.FlushAsync(http.RequestAborted);
    }

    private static async Task SendAloneAsync(
        HttpContext http, InstanceContent content, Representation form, bool isStored, string tag)
    {
        http.Response.ContentType = form.ItemType;
        if (!isStored)
        {
            await content.RewriteAsync(http.Response.BodyWriter, http.RequestAborted);
            return;
        }

        var range = Caching.SetRange(http, tag, content.Length);
        await content.CopyAsync(range.Offset, range.Length, http.Response.BodyWriter, http.RequestAborted);
    }
}
