using System.Text.Json;

namespace CloudPacs.FhirServer;

/// <summary>The links of a Bundle that is one page of several (FHIR R4 bundle.html, Bundle.link).</summary>
internal static class BundleLinks
{
    /// <param name="json">Takes them.</param>
    /// <param name="links">Relation and address of each.</param>
    public static void Write(Utf8JsonWriter json, params IEnumerable<(string Relation, string Url)> links)
    {
        json.WriteStartArray("link");
        foreach (var (relation, url) in links)
        {
            json.WriteStartObject();
            json.WriteString("relation", relation);
            json.WriteString("url", url);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
