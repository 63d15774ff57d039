using CloudPacs.Dicom;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.Integration.DicomWeb;

/// <summary>Reads the one data set that a body holds, as JSON or XML, bare or as the only part of multipart/related.</summary>
internal static class DicomWebBody
{
    private static readonly string Wanted = $"The body must be {DicomWebForms.Json} or {DicomWebForms.Xml}.";

    /// <param name="http">The request.</param>
    /// <param name="maxBytes">The longest body; a longer one is answered with 413.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The data set; or null with the status of the refusal and what is wrong, without any value.</returns>
    public static async Task<(DataSet? DataSet, int Status, string Fault)> ReadAsync(
        HttpContext http, int maxBytes, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = maxBytes;
        if (http.Request.Headers.ContentEncoding is { Count: > 0 } coding && coding != "identity")
            return (null, StatusCodes.Status415UnsupportedMediaType, "The body must not be compressed.");
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type))
            return (null, StatusCodes.Status415UnsupportedMediaType, Wanted);
        if (!type.MediaType.Equals("multipart/related", StringComparison.OrdinalIgnoreCase))
            return Read(DicomWebForms.Of(type.MediaType.Value), await BytesAsync(http.Request.Body, cancellationToken));
        try
        {
            return await ReadPartAsync(http.Request.Body, HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "", cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException and not BadHttpRequestException)
        {
            return (null, StatusCodes.Status400BadRequest, "The parts of the body cannot be told apart.");
        }
    }

    private static async Task<(DataSet? DataSet, int Status, string Fault)> ReadPartAsync(
        Stream body, string boundary, CancellationToken cancellationToken)
    {
        var parts = new MultipartReader(boundary, body);
        if (await parts.ReadNextSectionAsync(cancellationToken) is not { } part)
            return (null, StatusCodes.Status400BadRequest, "The body has no part.");
        var form = MediaTypeHeaderValue.TryParse(part.ContentType, out var type) ? DicomWebForms.Of(type.MediaType.Value) : null;
        var bytes = await BytesAsync(part.Body, cancellationToken);
        return await parts.ReadNextSectionAsync(cancellationToken) is null
            ? Read(form, bytes)
            : (null, StatusCodes.Status400BadRequest, "The body must have one part.");
    }

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
