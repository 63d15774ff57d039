using System.Buffers;
using System.Text.Json;
using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer;

/// <summary>One entry of a searchset.</summary>
/// <param name="Resource">What was found.</param>
/// <param name="Mode">Code of value set search-entry-mode.</param>
internal sealed record FoundResource(FhirResourceRow Resource, string Mode)
{
    /// <summary>What is shown of it; null for all.</summary>
    public ResourceView? View { get; init; }

    /// <summary>How well it matches, from 0 to 1; null where nothing is said.</summary>
    public decimal? Score { get; init; }

    /// <summary>Code of value set match-grade.</summary>
    public string? Grade { get; init; }
}

/// <summary>The Bundle that answers a search, or an operation that finds (FHIR R4 bundle.html, search.html 3.1.1.1).</summary>
internal static class Searchset
{
    private const string GradeExtension = "http://hl7.org/fhir/StructureDefinition/match-grade";

    public static FhirResult Write(
        FhirCall call, IReadOnlyList<FoundResource> found, long? total, IEnumerable<(string Relation, string Url)> links,
        params IReadOnlyList<FhirIssue> warnings)
    {
        var buffer = new ArrayBufferWriter<byte>((int)found.Sum(static one => one.Resource.Content.Length + 200L) + 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "searchset");
            if (total is { } number) json.WriteNumber("total", number);
            BundleLinks.Write(json, links);
            if (found.Count + warnings.Count > 0)
            {
                json.WriteStartArray("entry");
                foreach (var one in found) WriteEntry(json, call, one);
                if (warnings.Count > 0) WriteWarnings(json, call, warnings);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return new FhirResult(200, buffer.WrittenMemory);
    }

    private static void WriteEntry(Utf8JsonWriter json, FhirCall call, FoundResource found)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", $"{call.Base}/{found.Resource.Type}/{found.Resource.Id}");
        json.WritePropertyName("resource");
        json.WriteRawValue((found.View?.Of(found.Resource.Content) ?? found.Resource.Content).Span, skipInputValidation: true);
        json.WriteStartObject("search");
        if (found.Grade is not null)
        {
            json.WriteStartArray("extension");
            json.WriteStartObject();
            json.WriteString("url", GradeExtension);
            json.WriteString("valueCode", found.Grade);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteString("mode", found.Mode);
        if (found.Score is { } score) json.WriteNumber("score", score);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, FhirCall call, IReadOnlyList<FhirIssue> warnings)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", $"urn:uuid:{call.Ports.Writer.NewId()}");
        json.WritePropertyName("resource");
        json.WriteRawValue(FhirResult.Problem(200, warnings).Body.Span, skipInputValidation: true);
        json.WriteStartObject("search");
        json.WriteString("mode", "outcome");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
