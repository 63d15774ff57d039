using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Pixels;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;
using Packaging = CloudPacs.DicomWeb.Negotiation.Packaging;

namespace CloudPacs.Studies.Web;

/// <summary>Retrieval of frames, as they are stored or decoded, and rendered (PS3.18 10.4.1.1.6, 10.4.1.1.3).</summary>
internal sealed class FrameService(StoredInstances instances, IArchive archive)
{
    private const int ThumbnailEdge = 128;

    public async Task SendAsync(HttpContext http, FetchScope scope, string list)
    {
        if (!FrameNumbers.TryRead(list, out var numbers))
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, "Frames are numbers from 1 on, with commas between.");
            return;
        }

        if (await instances.FirstAsync(scope, http.RequestAborted) is not { } instance)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is no such instance.");
            return;
        }

        await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
        if (content.Frames is not { } frames || numbers.Any(number => number > frames.Count))
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "The instance has no such frame.");
            return;
        }

        await SendAsync(http, content, frames, numbers, location: null);
    }

    /// <summary>Frames of an instance in parts, or one alone.</summary>
    /// <param name="location">Address of the parts, where they have one of their own; null for none.</param>
    public static async Task SendAsync(
        HttpContext http, InstanceContent content, FrameTable frames, IReadOnlyList<int> numbers, string? location)
    {
        var instance = content.Instance;
        var accepted = AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]);
        var canDecode = PixelCodecs.CanDecode(instance.TransferSyntaxUid, out _);
        var negotiated = Negotiator.Choose(accepted, Offers.Frames(instance.TransferSyntaxUid, canDecode, numbers.Count == 1));
        if (negotiated.Chosen is not { } form)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        var tag = EntityTag.Of(Convert.ToHexString(instance.Bytes.Digest.Span), form, string.Join(',', numbers));
        if (Caching.IsKnown(http, tag, Caching.Lasting)) return;
        var header = form.IsStored ? null : await content.ReadHeaderAsync(http.RequestAborted);
        PartWriter? parts = null;
        foreach (var number in numbers)
        {
            var (bytes, problem) = await BytesOfAsync(content, frames, number, header, http.RequestAborted);
            if (problem is not null)
            {
                if (parts is not null) http.Abort();
                else await RefuseAsync(http, problem);
                return;
            }

            if (form.Packaging == Packaging.Single)
            {
                http.Response.ContentType = form.ItemType;
                var range = Caching.SetRange(http, tag, bytes.Length);
                await http.Response.Body.WriteAsync(bytes.Slice((int)range.Offset, (int)range.Length), http.RequestAborted);
                return;
            }

            if (parts is null)
            {
                var boundary = Boundary.Create();
                http.Response.ContentType = form.MultipartType(boundary);
                parts = new PartWriter(http.Response.BodyWriter, boundary);
            }

            parts.BeginPart(form.ItemType, location, bytes.Length);
            await parts.Output.WriteAsync(bytes, http.RequestAborted);
        }

        parts!.End();
        await parts.Output.FlushAsync(http.RequestAborted);
    }

    /// <summary>
    /// One frame as a picture: the one that is named, else the first; of a series or study that in the middle. What needs no drawing is
    /// sent as it is stored.
    /// </summary>
    public async Task RenderAsync(HttpContext http, FetchScope scope, int? number, bool isThumbnail)
    {
        if (await MiddleAsync(scope, http.RequestAborted) is not { } instance)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is nothing of that name.");
            return;
        }

        await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
        if (!isThumbnail && number is null && RenderedAsStored.TypeOf(content) is { } type)
        {
            await RenderedAsStored.SendAsync(http, content, type);
            return;
        }

        var accepted = AcceptedType.Read(http.Request.Headers.Accept.ToString(), http.Request.Query["accept"]);
        var resource = isThumbnail ? Resource.Thumbnail : Resource.RenderedImage;
        var offers = Offers.Rendered(resource, static type => type is MediaTypes.Jpeg or MediaTypes.Png);
        var negotiated = Negotiator.Choose(accepted, offers);
        if (negotiated.Chosen is not { } form)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        var sent = http.Request.Query.SelectMany(static pair => pair.Value, static (pair, value) => (pair.Key, value ?? ""));
        var target = isThumbnail ? RenderedTarget.Thumbnail : RenderedTarget.Image;
        if (RenderedParameters.Read(sent, target, form.MediaType, out var parameters) is { } fault)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var drawing = new Drawing(form, isThumbnail ? "thumbnail" : "rendered", parameters.Key)
        {
            Number = number,
            ChoosesMiddle = isThumbnail,
            Request = _ => RenderRequests.Of(parameters, form.MediaType, isThumbnail ? ThumbnailEdge : null),
        };
        await DrawAsync(http, content, drawing);
    }

    /// <summary>One frame of an instance as a picture.</summary>
    public async Task DrawAsync(HttpContext http, StoredInstance instance, Drawing drawing)
    {
        await using var content = await InstanceContent.OpenAsync(archive, instance, http.RequestAborted);
        await DrawAsync(http, content, drawing);
    }

    private static async Task DrawAsync(HttpContext http, InstanceContent content, Drawing drawing)
    {
        var instance = content.Instance;
        if (content.Frames is not { Count: > 0 } frames || drawing.Number > frames.Count)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is no such image.");
            return;
        }

        var chosen = drawing.Number ?? (drawing.ChoosesMiddle ? (frames.Count + 1) / 2 : 1);
        var digest = Convert.ToHexString(instance.Bytes.Digest.Span);
        var tag = EntityTag.Of(digest, drawing.Form, $"{chosen}|{drawing.Kind}|{drawing.Key}");
        if (Caching.IsKnown(http, tag, Caching.Lasting)) return;
        var header = await content.ReadHeaderAsync(http.RequestAborted);
        var bytes = await content.ReadFrameAsync(frames.Find(chosen), http.RequestAborted);
        var request = drawing.Request(header);
        var rendered = await DecodingTurns.RunAsync(
            () => FrameRenderer.Render(new EncodedFrame(header, instance.TransferSyntaxUid, bytes, chosen), request), http.RequestAborted);
        if (rendered.Problem is { } problem)
        {
            await RefuseAsync(http, problem);
            return;
        }

        http.Response.ContentType = rendered.Value!.MediaType;
        http.Response.ContentLength = rendered.Value.Bytes.Length;
        await http.Response.Body.WriteAsync(rendered.Value.Bytes, http.RequestAborted);
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, PixelProblem? Problem)> BytesOfAsync(
        InstanceContent content, FrameTable frames, int number, DataSet? header, CancellationToken cancellationToken)
    {
        var bytes = await content.ReadFrameAsync(frames.Find(number), cancellationToken);
        if (header is null) return (bytes, null);
        var frame = new EncodedFrame(header, content.Instance.TransferSyntaxUid, bytes, number);
        var decoded = await DecodingTurns.RunAsync(() => FrameDecoder.Decode(frame), cancellationToken);
        return decoded.Value is { } image ? (image.ToNative(), null) : (default, decoded.Problem);
    }

    private static Task RefuseAsync(HttpContext http, PixelProblem problem) => DicomWebAnswer.RefuseAsync(http, problem.Kind switch
    {
        PixelProblemKind.NothingToRender => StatusCodes.Status404NotFound,
        PixelProblemKind.NotSupported => StatusCodes.Status406NotAcceptable,
        PixelProblemKind.BadRequest => StatusCodes.Status400BadRequest,
        PixelProblemKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status500InternalServerError,
    }, problem.Text);

    /// <summary>The instance in the middle of those that have frames.</summary>
    private async Task<StoredInstance?> MiddleAsync(FetchScope scope, CancellationToken cancellationToken)
    {
        var images = new List<InstanceInStudy>();
        await foreach (var found in instances.ListAsync(scope, cancellationToken))
        {
            // Of one of another archive only its bytes tell whether it has frames.
            if (scope.Instance is not null || found.Instance.Archive is not null || !found.Instance.Bytes.Frames.IsEmpty) images.Add(found);
        }

        return images.Count == 0 ? null : await instances.WithBytesAsync(images[images.Count / 2], cancellationToken);
    }
}
