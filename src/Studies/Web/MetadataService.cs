using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Domain.Studies;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>Metadata of one instance, a series or a study (PS3.18 10.4.1.1.2), as JSON or XML, made while they are sent.</summary>
internal sealed class MetadataService(StoredInstances instances, IArchive archive, PreparedMetadata prepared)
{
    /// <summary>What is written is sent when it has become so much: an instance is small, and there may be thousands.</summary>
    private const int PieceBytes = 32 * 1024;

    public async Task SendAsync(HttpContext http, FetchScope scope)
    {
        var negotiated = Negotiator.Choose(
            AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]), Offers.Of(Resource.Metadata));
        if (negotiated.Chosen is not { } form)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        var found = new List<InstanceInStudy>();
        await foreach (var one in instances.ListAsync(scope with { WithCorrections = true }, http.RequestAborted))
            found.Add(one);
        if (found.Count == 0)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is nothing of that name.");
            return;
        }

        var tag = VersionOf(found) is { } version ? EntityTag.Of(version, form, PublicAddress.RootOf(http)) : null;
        if (tag is not null && Caching.IsKnown(http, tag, Caching.Changing)) return;
        if (form.MediaType == MediaTypes.Json) await SendJsonAsync(http, scope, tag, found);
        else await SendXmlAsync(http, form, found);
    }

    private async Task SendJsonAsync(HttpContext http, FetchScope scope, string? tag, List<InstanceInStudy> found)
    {
        if (tag is not null && prepared.Find(scope, tag) is { } kept)
        {
            http.Response.ContentType = MediaTypes.Json;
            http.Response.ContentLength = kept.Length;
            await http.Response.BodyWriter.WriteAsync(kept, http.RequestAborted);
            return;
        }

        var output = http.Response.BodyWriter;
        var piece = new ArrayBufferWriter<byte>(2 * PieceBytes);
        var gathered = tag is null ? null : new PreparedMetadata.Gathered();
        var isFirst = true;
        foreach (var one in found)
        {
            await using var content = await OpenAsync(one, http.RequestAborted);
            if (isFirst) http.Response.ContentType = MediaTypes.Json;
            piece.Write(isFirst ? "["u8 : ","u8);
            isFirst = false;
            if (await content.WriteMetadataAsync(piece, FormOf(http, one), one.Correction, http.RequestAborted) is not null)
            {
                http.Abort();
                return;
            }

            if (piece.WrittenCount >= PieceBytes) await SendAsync();
        }

        piece.Write("]"u8);
        await SendAsync();
        if (gathered is not null) prepared.Keep(scope, tag!, gathered);

        async ValueTask SendAsync()
        {
            gathered?.Add(piece.WrittenSpan);
            await output.WriteAsync(piece.WrittenMemory, http.RequestAborted);
            piece.ResetWrittenCount();
        }
    }

    private async Task SendXmlAsync(HttpContext http, Representation form, List<InstanceInStudy> found)
    {
        PartWriter? parts = null;
        var json = new ArrayBufferWriter<byte>();
        foreach (var one in found)
        {
            await using var content = await OpenAsync(one, http.RequestAborted);
            json.ResetWrittenCount();
            if (await content.WriteMetadataAsync(json, FormOf(http, one), one.Correction, http.RequestAborted) is not null)
            {
                http.Abort();
                return;
            }

            if (parts is null)
            {
                var boundary = Boundary.Create();
                http.Response.ContentType = form.MultipartType(boundary);
                parts = new PartWriter(http.Response.BodyWriter, boundary);
            }

            parts.BeginPart(form.ItemType);
            await parts.Output.WriteAsync(DicomXml.FromJson(json.WrittenMemory), http.RequestAborted);
        }

        parts!.End();
        await parts.Output.FlushAsync(http.RequestAborted);
    }

    private async Task<InstanceContent> OpenAsync(InstanceInStudy one, CancellationToken cancellationToken) =>
        await InstanceContent.OpenAsync(archive, await instances.WithBytesAsync(one, cancellationToken), cancellationToken);

    private static MetadataForm FormOf(HttpContext http, InstanceInStudy one)
    {
        var address = new ResourceAddress(PublicAddress.RootOf(http));
        return new MetadataForm
        {
            BulkDataUri = bulk => address.BulkData(
                one.Study.StudyInstanceUid, one.Series.SeriesInstanceUid, one.Instance.SopInstanceUid, bulk.Path),
            DeclaresUtf8 = true,
        };
    }

    /// <summary>
    /// Another one when an instance came or went, or something is known better; null as long as another archive has any of them.
    /// </summary>
    private static string? VersionOf(List<InstanceInStudy> found)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StudyCorrection? last = null;
        foreach (var one in found)
        {
            if (one.Instance.Archive is not null) return null;
            hash.AppendData(Encoding.ASCII.GetBytes(one.Instance.SopInstanceUid));
            hash.AppendData(one.Instance.Bytes.Digest.Span);
            if (one.Correction is { } correction && correction != last) hash.AppendData(Encoding.ASCII.GetBytes(correction.Version));
            last = one.Correction;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
