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

/// <summary>Retrieval of whole instances (PS3.18 10.4.1.1.1).</summary>
internal sealed class ObjectService(StoredInstances instances, IArchive archive)
{
    /// <summary>One instance, a series or a study as DICOM files, each as the caller can take it.</summary>
    public Task SendAsync(HttpContext http, FetchScope scope) =>
        SendAsync(http, scope, AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]));

    /// <param name="accepted">What the caller can take.</param>
    public async Task SendAsync(HttpContext http, FetchScope scope, IReadOnlyList<AcceptedType> accepted)
    {
        PartWriter? parts = null;
        await foreach (var found in instances.FindAsync(scope with { WithCorrections = true }, http.RequestAborted))
        {
            await using var content = await InstanceContent.OpenAsync(archive, found.Instance, http.RequestAborted);
            var hasBegun = parts is not null;
            var (form, outgoing) = await ChooseAsync(http, accepted, content, found.Correction, scope.Instance is not null, hasBegun);
            if (form is null || outgoing is null) return;
            if (form.Packaging == Packaging.Single)
            {
                await SendAloneAsync(http, outgoing, form, TagOf(content, found.Correction, form));
                return;
            }

            if (parts is null)
            {
                var boundary = Boundary.Create();
                http.Response.ContentType = form.MultipartType(boundary);
                parts = new PartWriter(http.Response.BodyWriter, boundary);
            }

            parts.BeginPart(form.ItemType, contentLength: outgoing.Length);
            await outgoing.WriteFileAsync(parts.Output, http.RequestAborted);
        }

        if (parts is null)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is nothing of that name.");
            return;
        }

        parts.End();
        await parts.Output.FlushAsync(http.RequestAborted);
    }

    /// <summary>
    /// What the caller takes and can be had; an instance whose pixel data turn out not to be decodable goes as it is stored to who takes
    /// that too. Nothing when the answer is complete: there is no such form, or the caller has it already.
    /// </summary>
    private static async Task<(Representation? Form, OutgoingInstance? Outgoing)> ChooseAsync(
        HttpContext http, IReadOnlyList<AcceptedType> accepted, InstanceContent content, StudyCorrection? correction, bool isOne,
        bool hasBegun)
    {
        var known = TransferSyntax.FromUid(content.Instance.TransferSyntaxUid);
        var stored = known is null ? content.Instance.TransferSyntaxUid : OutgoingInstance.OwnSyntax(known, correction).Uid;
        var canDecode = known is not null && OutgoingInstance.CanBeWritten(known, TransferSyntax.ExplicitVrLittleEndian);
        string? why = null;
        while (true)
        {
            var negotiated = Negotiator.Choose(accepted, Offers.Objects(stored, canDecode, OutgoingInstance.MayHaveLost(stored), isOne));
            if (negotiated.Chosen is not { } form)
            {
                // What has begun cannot be refused any more: the caller must see that it is not whole.
                if (hasBegun) http.Abort();
                else if (why is null) await DicomWebAnswer.RefuseAsync(http, negotiated);
                else await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status406NotAcceptable, why);
                return default;
            }

            if (isOne && Caching.IsKnown(http, TagOf(content, correction, form), Caching.Changing)) return default;
            try
            {
                var syntax = TransferSyntax.FromUid(form.TransferSyntax!) ?? content.Syntax;
                return (form, await OutgoingInstance.PrepareAsync(content, syntax, correction, http.RequestAborted));
            }
            catch (UndecodableException e) when (canDecode)
            {
                (canDecode, why) = (false, e.Message);
            }
        }
    }

    private static string TagOf(InstanceContent content, StudyCorrection? correction, Representation form) =>
        EntityTag.Of(Convert.ToHexString(content.Instance.Bytes.Digest.Span) + correction?.Version, form);

    private static async Task SendAloneAsync(HttpContext http, OutgoingInstance outgoing, Representation form, string tag)
    {
        http.Response.ContentType = form.ItemType;
        if (outgoing.Length is not { } length)
        {
            await outgoing.WriteFileAsync(http.Response.BodyWriter, http.RequestAborted);
            return;
        }

        var range = Caching.SetRange(http, tag, length);
        await outgoing.CopyFileAsync(range.Offset, range.Length, http.Response.BodyWriter, http.RequestAborted);
    }
}
