using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Address from XAD (HL7 v2.5.1 2.A.87) and ContactPoint from XTN (2.A.90).</summary>
internal static class FhirContacts
{
    /// <summary>Writes nothing when no part of a place is there.</summary>
    public static void WriteAddress(JsonText json, Element xad, EvalContext context)
    {
        var parts = new ElementComponents(xad);
        var start = json.Length;
        json.BeginObject();
        var kind = parts.Text(7)?.ToUpperInvariant();
        if (kind is not null)
        {
            TellUnknown(kind, parts[7], context, "address_use", "address_type");
            json.Text("use"u8, Listed("address_use", kind, context));
            json.Text("type"u8, Listed("address_type", kind, context));
        }

        var place = json.Length;
        WriteLines(json, parts);
        json.Text("city"u8, parts.Text(3));
        json.Text("district"u8, parts.Text(9));
        json.Text("state"u8, parts.Text(4));
        json.Text("postalCode"u8, parts.Text(5));
        json.Text("country"u8, parts.Text(6));
        if (json.Length == place)
        {
            json.Truncate(start);
            return;
        }

        FhirPeriods.Write(json, parts[13], parts[14], context);
        json.EndObject();
    }

    /// <summary>
    /// <paramref name="defaultUse"/> is taken when XTN.2 says none (PID-13 home, PID-14 work). Writes nothing when there is no number or
    /// address.
    /// </summary>
    public static void WriteTelecom(JsonText json, Element xtn, string? defaultUse, EvalContext context)
    {
        var parts = new ElementComponents(xtn);
        var use = parts.Text(2);
        var equipment = parts.Text(3);
        if (equipment is not null) TellUnknown(equipment, parts[3], context, "telecom_system");
        if (use is not null) TellUnknown(use, parts[2], context, "telecom_use", "telecom_system");
        var system = (equipment is null ? null : Listed("telecom_system", equipment, context))
            ?? (use is null ? null : Listed("telecom_system", use, context));
        var email = parts.Text(4);
        if (system is null) system = email is not null && email.Contains('@', StringComparison.Ordinal) ? "email" : "phone";

        var value = system == "email" ? email ?? parts.Text(12) ?? parts.Text(1)
            : parts.Text(12) ?? FromParts(parts) ?? parts.Text(1) ?? email;
        if (value is null) return;

        json.BeginObject();
        json.Text("system"u8, system);
        json.Text("value"u8, value);
        json.Text("use"u8, equipment == "CP" ? "mobile" : use is null ? defaultUse : Listed("telecom_use", use, context));
        json.EndObject();
    }

    private static void WriteLines(JsonText json, in ElementComponents xad)
    {
        var start = json.Length;
        json.Name("line"u8);
        json.BeginArray();
        var empty = json.Length;
        foreach (var component in (ReadOnlySpan<int>)[1, 2, 8])
        {
            if (xad.Text(component) is not { } line) continue;
            json.Item();
            json.Text(line);
        }

        if (json.Length == empty) json.Truncate(start);
        else json.EndArray();
    }

    /// <summary>Country, area and local number with extension: <c>+91 20 25501234 x12</c>; null without a local number.</summary>
    private static string? FromParts(in ElementComponents xtn)
    {
        if (xtn.Text(7) is not { } local) return null;
        var country = xtn.Text(5);
        var area = xtn.Text(6);
        var extension = xtn.Text(8);
        return (country is null ? "" : country.StartsWith('+') ? country + " " : $"+{country} ")
            + (area is null ? "" : area + " ") + local + (extension is null ? "" : " x" + extension);
    }

    private static string? Listed(string tableName, string key, EvalContext context) =>
        context.Settings.Tables.TryGetValue(tableName, out var table) && table.Contains(key)
            && context.Look(table, key) is { To.Length: > 0 } row ? row.To : null;

    /// <summary>A code that none of the tables has is told, and counted in the first.</summary>
    internal static void TellUnknown(string key, Element code, EvalContext context, params ReadOnlySpan<string> tableNames)
    {
        foreach (var name in tableNames)
        {
            if (context.Settings.Tables.TryGetValue(name, out var table) && table.Contains(key)) return;
        }

        if (context.Settings.Tables.TryGetValue(tableNames[0], out var first)) context.Look(first, key);
        context.Warn("not-in-table", tableNames[0], MapValue.Node(code));
    }
}
