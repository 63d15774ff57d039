using System.Globalization;
using System.Text.Json;

namespace CloudPacs.Translation.Fhir;

/// <summary>Members of resources that have been validated; what is not there is nothing.</summary>
internal static class JsonReading
{
    /// <summary>A member; undefined when it is not there.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) element = element.Member(name);
        return element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>The items of a list; of a single value, that alone.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string list)
    {
        var member = element.Member(list);
        return member.ValueKind switch
        {
            JsonValueKind.Array => member.EnumerateArray(),
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => [member],
        };
    }

    /// <summary>A relative literal reference, <c>Patient/0195…</c>, without a version; null for none.</summary>
    public static string? Reference(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) element = element.Member(name);
        if (element.Text("reference") is not { } reference) return null;
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        return history < 0 ? reference : reference[..history];
    }

    /// <summary>Text of a CodeableConcept: as people see it, else that of its first code.</summary>
    public static string? Words(this JsonElement concept) =>
        concept.Text("text") ?? concept.Items("coding").Select(static coding => coding.Text("display") ?? coding.Text("code"))
            .FirstOrDefault(static text => text is not null);

    /// <summary>An extension by its address, or by how that ends.</summary>
    public static JsonElement Extension(this JsonElement element, string url) =>
        element.Items("extension").FirstOrDefault(extension => extension.Text("url")?.EndsWith(url, StringComparison.Ordinal) == true);

    /// <summary>A dateTime with its time of day; a day alone is its first instant in the zone. Null for less than a day.</summary>
    public static DateTimeOffset? Instant(this string? text, TimeZoneInfo zone)
    {
        if (text is not { Length: >= 10 }) return null;
        if (text.Length > 10)
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? instant : null;
        return DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Domain.SiteTime.InstantOf(zone, day)
            : null;
    }
}
