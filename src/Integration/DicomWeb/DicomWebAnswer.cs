using System.Text.Json;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.DicomWeb;

/// <summary>Answers over HTTP: data sets in the form that the caller takes, warnings, refusals.</summary>
internal static class DicomWebAnswer
{
    private const string Boundary = "cloudpacs-data-sets";

    public static Task WriteAsync(HttpResponse response, DicomWebForm form, IReadOnlyList<DataSet> dataSets) =>
        form == DicomWebForm.Json ? WriteJsonAsync(response, dataSets) : WriteXmlAsync(response, dataSets);

    /// <summary>A warning in the words of PS3.18.</summary>
    public static void Warn(HttpContext http, string text) => http.Response.Headers.Append("Warning", $"299 {BaseOf(http)}: {text}");

    public static string BaseOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/dicomweb";

    /// <summary>Why nothing is answered, as problem details (RFC 9457).</summary>
    public static Task RefuseAsync(HttpContext http, int status, string text, IReadOnlyList<Tag>? attributes = null)
    {
        var about = attributes is { Count: > 0 }
            ? new Dictionary<string, object?> { ["attributes"] = attributes.Select(static tag => tag.ToString()).ToArray() }
            : null;
        return Results.Problem(text, statusCode: status, extensions: about).ExecuteAsync(http);
    }

    public static Task RefuseFormAsync(HttpContext http) => RefuseAsync(
        http, StatusCodes.Status406NotAcceptable, $"Accept {DicomWebForms.Json} or {DicomWebForms.Xml}.");

    private static async Task WriteJsonAsync(HttpResponse response, IReadOnlyList<DataSet> dataSets)
    {
        response.ContentType = DicomWebForms.Json;
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartArray();
        foreach (var dataSet in dataSets) DicomJson.Write(dataSet, writer);
        writer.WriteEndArray();
        await writer.FlushAsync();
    }

    private static async Task WriteXmlAsync(HttpResponse response, IReadOnlyList<DataSet> dataSets)
    {
        response.ContentType = $"multipart/related; type=\"{DicomWebForms.Xml}\"; boundary={Boundary}";
        foreach (var dataSet in dataSets)
        {
            await response.WriteAsync($"--{Boundary}\r\nContent-Type: {DicomWebForms.Xml}\r\n\r\n");
            await response.Body.WriteAsync(DicomXml.ToUtf8Bytes(dataSet));
            await response.WriteAsync("\r\n");
        }

        await response.WriteAsync($"--{Boundary}--\r\n");
    }
}
