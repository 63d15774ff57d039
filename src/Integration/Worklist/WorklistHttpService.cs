using System.Text.Json;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Search of scheduled procedure steps over HTTP (PS3.18 chapter 14): the matcher, the visibility and the index of C-FIND.
/// </summary>
internal sealed class WorklistHttpService(WorklistIndex index, StationDirectory stations, SiteClock clock)
{
    /// <summary>Matches beyond a page that are counted; of more it is only said that there are some.</summary>
    private const int MostCounted = 5_000;

    private const string ContentJson = "application/dicom+json";
    private const string Boundary = "cloudpacs-worklist";

    public async Task SearchAsync(HttpContext http)
    {
        var form = FormOf(http.Request);
        if (form is null)
        {
            await RefuseAsync(http, StatusCodes.Status406NotAcceptable, "Accept application/dicom+json or application/dicom+xml.");
            return;
        }

        var query = http.Request.Query.SelectMany(static pair => pair.Value.Select(value => (pair.Key, value ?? "")));
        if (WorklistParameters.Read(query, out var parameters) is { } fault)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var profile = stations.ProfileOf("");
        var worklist = WorklistQuery.Parse(parameters.Keys, profile);
        if (worklist.Fault is var (_, wrong))
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, wrong + ".");
            return;
        }

        var page = Math.Min(parameters.Limit ?? profile.AnswerLimit, profile.AnswerLimit);
        var last = (int)Math.Min((long)parameters.Offset + page + MostCounted, int.MaxValue - 1);
        var found = new WorklistSearch(index.Current, worklist).Run(clock.LocalNow, last, http.RequestAborted);
        AddWarnings(http, parameters, found.Count - parameters.Offset - page, isCounted: found.Count < last);
        var shape = parameters.Returned is { } returned ? AnswerShape.Of(returned) : null;
        var entries = found.Skip(parameters.Offset).Take(page).Select(entry =>
        {
            var whole = AnswerData.Of(entry, "");
            return shape?.Select(whole) ?? whole;
        }).ToList();
        if (entries.Count == 0 && (parameters.Offset > 0 || form != ContentJson)) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else if (form == ContentJson) await WriteJsonAsync(http.Response, entries);
        else await WriteXmlAsync(http.Response, entries);
    }

    /// <summary>JSON unless XML is asked for; null when neither is wanted.</summary>
    private static string? FormOf(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0) return ContentJson;
        foreach (var type in accepted.OrderByDescending(static type => type.Quality ?? 1))
        {
            switch (type.MediaType.Value)
            {
                case "*/*" or "application/*" or "application/json" or ContentJson: return ContentJson;
                case "application/dicom+xml" or "multipart/related": return "application/dicom+xml";
            }
        }

        return null;
    }

    private static void AddWarnings(HttpContext http, WorklistParameters parameters, int remaining, bool isCounted)
    {
        var uri = $"{http.Request.Scheme}://{http.Request.Host}/dicomweb";
        foreach (var flag in parameters.Unsupported)
        {
            http.Response.Headers.Append("Warning", $"299 {uri}: The {flag} parameter is not supported. " + flag switch
            {
                "fuzzymatching" => "Only literal matching has been performed.",
                "emptyvaluematching" => "Empty Value Matching has not been performed.",
                _ => "Multiple Value Matching has not been performed.",
            });
        }

        if (remaining > 0)
        {
            http.Response.Headers.Append(
                "Warning", $"299 {uri}: There are {(isCounted ? remaining + " " : "")}additional results that can be requested");
        }
    }

    private static async Task WriteJsonAsync(HttpResponse response, List<DataSet> entries)
    {
        response.ContentType = ContentJson;
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartArray();
        foreach (var entry in entries) DicomJson.Write(entry, writer);
        writer.WriteEndArray();
        await writer.FlushAsync();
    }

    private static async Task WriteXmlAsync(HttpResponse response, List<DataSet> entries)
    {
        response.ContentType = $"multipart/related; type=\"application/dicom+xml\"; boundary={Boundary}";
        foreach (var entry in entries)
        {
            await response.WriteAsync($"--{Boundary}\r\nContent-Type: application/dicom+xml\r\n\r\n");
            await response.Body.WriteAsync(DicomXml.ToUtf8Bytes(entry));
            await response.WriteAsync("\r\n");
        }

        await response.WriteAsync($"--{Boundary}--\r\n");
    }

    private static Task RefuseAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text);
    }
}
