using System.Buffers;
using System.Text.Json;
using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>The Bundle that answers a search (FHIR R4 bundle.html, search.html 3.1.1.1).</summary>
internal static class SearchBundle
{
    public static FhirResult Write(
        FhirCall call, SearchQuery query, ResourceView? view, IReadOnlyList<SearchMatch> matches, IReadOnlyList<SearchMatch> included,
        long? total, string? next)
    {
        var size = matches.Sum(static match => match.Resource.Content.Length) + included.Sum(static match => match.Resource.Content.Length);
        var buffer = new ArrayBufferWriter<byte>(size + (200 * (matches.Count + included.Count)) + 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "searchset");
            if (total is { } number) json.WriteNumber("total", number);
            var self = ("self", Address(call, query, query.Applied, page: null));
            BundleLinks.Write(json, next is null ? [self] : [self, ("next", Address(call, query, query.Applied, next))]);
            if (matches.Count + included.Count + query.Warnings.Count > 0)
            {
                json.WriteStartArray("entry");
                foreach (var match in matches) WriteEntry(json, call, match, view, "match");
                // Names of elements are those of the type that is searched.
                var beside = view == ResourceView.Summary || view == ResourceView.Data ? view : null;
                foreach (var match in included) WriteEntry(json, call, match, beside, "include");
                if (query.Warnings.Count > 0) WriteOutcome(json, call, query.Warnings);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return new FhirResult(200, buffer.WrittenMemory);
    }

    private static string Address(FhirCall call, SearchQuery query, IEnumerable<GivenParameter> applied, string? page)
    {
        var all = applied.Select(static parameter => parameter.Encoded).Concat(page is null ? [] : [$"{PageTokens.Parameter}={page}"]);
        var text = string.Join('&', all);
        var address = query.Path.Length > 0 ? $"{call.Base}/{query.Path}" : call.Base;
        return text.Length > 0 ? $"{address}?{text}" : address;
    }

    private static void WriteEntry(Utf8JsonWriter json, FhirCall call, SearchMatch match, ResourceView? view, string mode)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", $"{call.Base}/{match.Resource.Type}/{match.Resource.Id}");
        json.WritePropertyName("resource");
        json.WriteRawValue((view?.Of(match.Resource.Content) ?? match.Resource.Content).Span, skipInputValidation: true);
        WriteMode(json, mode);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, FhirCall call, IReadOnlyList<FhirIssue> issues)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", $"urn:uuid:{call.Ports.Writer.NewId()}");
        json.WriteStartObject("resource");
        json.WriteString("resourceType", "OperationOutcome");
        json.WriteStartArray("issue");
        foreach (var issue in issues) issue.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
        WriteMode(json, "outcome");
        json.WriteEndObject();
    }

    private static void WriteMode(Utf8JsonWriter json, string mode)
    {
        json.WriteStartObject("search");
        json.WriteString("mode", mode);
        json.WriteEndObject();
    }
}
