using System.Buffers;
using System.Text.Json;
using CloudPacs.Fhir.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// The search parameters of this server as SearchParameters (FHIR R4 searchparameter.html): those of the specification, as far as they are
/// offered, under their canonical addresses.
/// </summary>
public static class SearchParameterDefinitions
{
    private const string OfAllTypes = "Resource.";

    /// <summary>Id and content of each.</summary>
    public static IEnumerable<(string Id, byte[] Content)> All() =>
        ServedTypes.Served.Where(static type => type.Can(TypeInteractions.SearchType))
            .SelectMany(static type => ParameterSet.Standard.Of(type.Name))
            .GroupBy(static parameter => parameter.Url, StringComparer.Ordinal).OrderBy(static same => same.Key, StringComparer.Ordinal)
            .Select(static same => (IdOf(same.Key), Write([.. same])));

    private static string IdOf(string url) => url[(url.LastIndexOf('/') + 1)..];

    private static byte[] Write(List<SearchParameter> same)
    {
        var first = same[0];
        var isOfAll = first.Expression.StartsWith(OfAllTypes, StringComparison.Ordinal);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "SearchParameter");
            json.WriteString("id", IdOf(first.Url));
            json.WriteString("url", first.Url);
            json.WriteString("version", "4.0.1");
            json.WriteString("name", NameOf(first.Code));
            json.WriteString("status", "active");
            json.WriteString("description", $"The search parameter {first.Code} of FHIR R4, as this server offers it.");
            json.WriteString("code", first.Code);
            json.WriteStartArray("base");
            foreach (var type in isOfAll ? ["Resource"] : same.Select(static one => one.ResourceType)) json.WriteStringValue(type);
            json.WriteEndArray();
            json.WriteString("type", first.Kind.ToString().ToLowerInvariant());
            json.WriteString("expression", string.Join(" | ", same.Select(static one => one.Expression).Distinct()));
            if (first.Kind == SearchKind.Reference) WriteTargets(json, same);
            json.WriteBoolean("multipleOr", true);
            if (first.Components.Count > 0) WriteComponents(json, first.Components);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTargets(Utf8JsonWriter json, List<SearchParameter> same)
    {
        List<string> targets = [.. same.SelectMany(static one => one.Targets).Distinct()];
        json.WriteStartArray("target");
        foreach (var type in targets.Count > 0 && same.TrueForAll(static one => one.Targets.Count > 0) ? targets : ["Resource"])
            json.WriteStringValue(type);
        json.WriteEndArray();
    }

    private static void WriteComponents(Utf8JsonWriter json, IReadOnlyList<SearchComponent> components)
    {
        json.WriteStartArray("component");
        foreach (var component in components)
        {
            json.WriteStartObject();
            json.WriteString("definition", component.Definition);
            json.WriteString("expression", component.Expression);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A name that programs can use: letters and digits, a capital first.</summary>
    private static string NameOf(string code) => string.Concat(
        code.Split('-', '_').Where(static part => part.Length > 0).Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));
}
