using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPacs.DicomWeb;

/// <summary>Reads the one data set that a body holds, as JSON or XML, bare or as the only part of multipart/related.</summary>
public static class DicomWebBody
{
    private static readonly string Wanted = $"The body must be {MediaTypes.Json} or {MediaTypes.Xml}.";

    /// <param name="http">The request.</param>
    /// <param name="maxBytes">The longest body; a longer one is answered with 413.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The data set; or null with the status of the refusal and what is wrong, without any value.</returns>
    public static async Task<(DataSet? DataSet, int Status, string Fault)> ReadAsync(
        HttpContext http, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = maxBytes;
        if (MediaTypeText.Read(http.Request.ContentType) is not { } type)
            return (null, StatusCodes.Status415UnsupportedMediaType, Wanted);
        if (type.Type != MediaTypes.Multipart)
            return Read(DicomWebForms.Of(type.Type), await BytesAsync(http.Request.Body, cancellationToken));
        if (MultipartType.Of(type) is not { } multipart) return Indistinct();
        using var parts = new PartReader(http.Request.Body, multipart.Boundary);
        return await ReadPartAsync(parts, multipart.RootType, cancellationToken);
    }

    private static async Task<(DataSet? DataSet, int Status, string Fault)> ReadPartAsync(
        PartReader parts, string? rootType, CancellationToken cancellationToken)
    {
        if (!await parts.NextAsync(cancellationToken))
            return parts.Fault == MultipartFault.None ? (null, StatusCodes.Status400BadRequest, "The body has no part.") : Indistinct();
        var form = DicomWebForms.Of(MediaTypeText.Read(parts.Headers.ContentType)?.Type ?? rootType);
        var bytes = new MemoryStream();
        PartPiece piece;
        while ((piece = await parts.ReadAsync(cancellationToken)).Kind == PieceKind.More) bytes.Write(piece.Bytes.Span);
        if (await parts.NextAsync(cancellationToken)) return (null, StatusCodes.Status400BadRequest, "The body must have one part.");
        return parts.Fault == MultipartFault.None ? Read(form, bytes.GetBuffer().AsMemory(0, (int)bytes.Length)) : Indistinct();
    }

    private static (DataSet? DataSet, int Status, string Fault) Indistinct() =>
        (null, StatusCodes.Status400BadRequest, "The parts of the body cannot be told apart.");

    private static (DataSet? DataSet, int Status, string Fault) Read(DicomWebForm? form, ReadOnlyMemory<byte> bytes)
    {
        DataSet? dataSet = null;
        string? fault = null;
        switch (form)
        {
            case null: return (null, StatusCodes.Status415UnsupportedMediaType, Wanted);
            case DicomWebForm.Xml: DicomXml.TryRead(bytes, out dataSet, out fault); break;
            default:
                if (!DicomJson.TryRead(bytes, null, out var read, out fault)) break;
                if (read is [var only]) dataSet = only;
                else fault = "The body must hold one data set.";
                break;
        }

        return (dataSet, StatusCodes.Status400BadRequest, fault ?? "");
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
