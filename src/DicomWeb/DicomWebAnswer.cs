using System.Globalization;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.DicomWeb;

/// <summary>Answers over HTTP: data sets in the form that the caller takes, warnings, refusals.</summary>
public static class DicomWebAnswer
{
    private const int MaxWarningCharacters = 400;

    public static Task WriteAsync(HttpResponse response, DicomWebForm form, IReadOnlyList<DataSet> dataSets)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(dataSets);
        return form == DicomWebForm.Json ? WriteJsonAsync(response, dataSets) : WriteXmlAsync(response, dataSets);
    }

    /// <summary>A warning in the words of PS3.18 (8.3.4); what a header cannot hold becomes a question mark.</summary>
    public static void Warn(HttpContext http, string text)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(text);
        var plain = string.Concat(text.Take(MaxWarningCharacters).Select(static letter => letter is >= ' ' and <= '~' ? letter : '?'));
        http.Response.Headers.Append("Warning", $"299 {PublicAddress.RootOf(http)}: {plain}");
    }

    /// <summary>Why nothing is answered, as problem details (RFC 9457).</summary>
    /// <param name="status">400 and above.</param>
    /// <param name="text">A sentence without any patient's data.</param>
    /// <param name="attributes">What is wrong, where it is attributes.</param>
    public static Task RefuseAsync(HttpContext http, int status, string text, IReadOnlyList<Tag>? attributes = null)
    {
        var about = attributes is { Count: > 0 }
            ? new Dictionary<string, object?> { ["attributes"] = attributes.Select(static tag => tag.ToString()).ToArray() }
            : null;
        return Results.Problem(text, statusCode: status, extensions: about).ExecuteAsync(http);
    }

    public static Task RefuseFormAsync(HttpContext http) => RefuseAsync(
        http, StatusCodes.Status406NotAcceptable, $"Accept {MediaTypes.Json} or {MediaTypes.Xml}.");

    /// <summary>No representation was found: 406 or 400, with what can be had as member <c>acceptable</c>.</summary>
    public static Task RefuseAsync(HttpContext http, Negotiated negotiated)
    {
        ArgumentNullException.ThrowIfNull(negotiated);
        var about = new Dictionary<string, object?> { ["acceptable"] = negotiated.Possible };
        return Results.Problem(negotiated.Text, statusCode: negotiated.Status, extensions: about).ExecuteAsync(http);
    }

    /// <summary>503: the caller may ask again after the time, told in whole seconds (RFC 9110 10.2.3).</summary>
    public static Task RefuseForNowAsync(HttpContext http, TimeSpan retryAfter, string text)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, text);
    }

    private static async Task WriteJsonAsync(HttpResponse response, IReadOnlyList<DataSet> dataSets)
    {
        response.ContentType = MediaTypes.Json;
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartArray();
        foreach (var dataSet in dataSets) DicomJson.Write(dataSet, writer);
        writer.WriteEndArray();
        await writer.FlushAsync();
    }

    private static async Task WriteXmlAsync(HttpResponse response, IReadOnlyList<DataSet> dataSets)
    {
        var boundary = Boundary.Create();
        response.ContentType = new Representation(MediaTypes.Xml, Packaging.Multipart).MultipartType(boundary);
        var parts = new PartWriter(response.BodyWriter, boundary);
        foreach (var dataSet in dataSets)
        {
            parts.BeginPart(MediaTypes.Xml);
            await parts.Output.WriteAsync(DicomXml.ToUtf8Bytes(dataSet));
        }

        parts.End();
        await parts.Output.FlushAsync();
    }
}
