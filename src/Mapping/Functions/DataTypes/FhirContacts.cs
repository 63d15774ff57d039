using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Address from XAD and ContactPoint from XTN (mapping.md b.2, b.3).</summary>
internal static class FhirContacts
{
    public static JsonObject? Address(Element xad, EvalContext context)
    {
        var address = new JsonObject();
        var kind = ElementText.Component(xad, 7)?.ToUpperInvariant();
        if (kind is not null)
        {
            if (Listed("address_use", kind, context) is { } use) address["use"] = use;
            if (Listed("address_type", kind, context) is { } type) address["type"] = type;
        }
        var lines = new JsonArray();
        foreach (var component in (ReadOnlySpan<int>)[1, 2, 8])
            if (ElementText.Component(xad, component) is { } line) lines.Add(line);
        var hasPlace = lines.Count > 0;
        if (hasPlace) address["line"] = lines;
        foreach (var (component, name) in (ReadOnlySpan<(int, string)>)[(3, "city"), (9, "district"), (4, "state"), (5, "postalCode"), (6, "country")])
        {
            if (ElementText.Component(xad, component) is not { } text) continue;
            address[name] = text;
            hasPlace = true;
        }
        if (!hasPlace) return null;
        if (FhirPeriods.Between(xad.Component(13), xad.Component(14), context) is { } period) address["period"] = period;
        return address;
    }

    /// <summary><paramref name="defaultUse"/> is taken when XTN.2 says none (PID-13 home, PID-14 work). Null when there is no number or address.</summary>
    public static JsonObject? Telecom(Element xtn, string? defaultUse, EvalContext context)
    {
        var use = ElementText.Component(xtn, 2);
        var equipment = ElementText.Component(xtn, 3);
        var system = (equipment is null ? null : Listed("telecom_system", equipment, context))
            ?? (use is null ? null : Quietly("telecom_system", use, context));
        var email = ElementText.Component(xtn, 4);
        if (system is null) system = email is not null && email.Contains('@', StringComparison.Ordinal) ? "email" : "phone";

        var value = system == "email" ? email ?? ElementText.Component(xtn, 12) ?? ElementText.Component(xtn, 1)
            : ElementText.Component(xtn, 12) ?? FromParts(xtn) ?? ElementText.Component(xtn, 1) ?? email;
        if (value is null) return null;

        var point = new JsonObject { ["system"] = system, ["value"] = value };
        var fhirUse = equipment == "CP" ? "mobile" : use is null ? defaultUse : Quietly("telecom_use", use, context);
        if (fhirUse is not null) point["use"] = fhirUse;
        return point;
    }

    /// <summary>Country, area and local number with extension: <c>+91 20 25501234 x12</c>; null without a local number.</summary>
    private static string? FromParts(Element xtn)
    {
        if (ElementText.Component(xtn, 7) is not { } local) return null;
        var country = ElementText.Component(xtn, 5);
        var area = ElementText.Component(xtn, 6);
        var extension = ElementText.Component(xtn, 8);
        return (country is null ? "" : country.StartsWith('+') ? country + " " : $"+{country} ")
            + (area is null ? "" : area + " ") + local + (extension is null ? "" : " x" + extension);
    }

    private static string? Listed(string tableName, string key, EvalContext context) =>
        context.Settings.Tables.TryGetValue(tableName, out var table) && context.Look(table, key) is { To.Length: > 0 } row ? row.To : null;

    /// <summary>For codes that legally have no counterpart: a miss is not counted.</summary>
    private static string? Quietly(string tableName, string key, EvalContext context) =>
        context.Settings.Tables.TryGetValue(tableName, out var table) && table.Contains(key) ? Listed(tableName, key, context) : null;
}
