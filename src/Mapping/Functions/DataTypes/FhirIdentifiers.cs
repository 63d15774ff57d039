using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Identifier from CX, EI and our own identifiers (mapping.md b.1).</summary>
internal static class FhirIdentifiers
{
    public static JsonObject From(MappedIdentifier identifier, string? typeCode, string? use, EvalContext context)
    {
        var json = new JsonObject();
        if (use is not null) json["use"] = use;
        if ((typeCode ?? identifier.TypeCode) is { } code && Type(code, context) is { } type) json["type"] = type;
        if (AssigningAuthorities.SystemUri(identifier, context) is { } system) json["system"] = system;
        json["value"] = identifier.Value;
        return json;
    }

    /// <summary>CX with its period of validity (CX.7, CX.8); null when it has no value.</summary>
    public static JsonObject? FromCx(Element cx, string? typeCode, string? use, EvalContext context)
    {
        if (AssigningAuthorities.ReadCx(cx, context) is not { } identifier) return null;
        var json = From(identifier, typeCode, use, context);
        if (FhirPeriods.Between(cx.Component(7), cx.Component(8), context) is { } period) json["period"] = period;
        return json;
    }

    /// <summary>A code of table 0203 gets its system; any other one is text only.</summary>
    public static JsonObject? Type(string code, EvalContext context)
    {
        var row = context.Settings.Tables.TryGetValue("identifier_type", out var table) ? context.Look(table, code) : null;
        if (row is not { To.Length: > 0 }) return new JsonObject { ["text"] = code };
        var coding = new JsonObject { ["system"] = row.System, ["code"] = row.To };
        if (row.Display is not null) coding["display"] = row.Display;
        return new JsonObject { ["coding"] = new JsonArray(coding) };
    }
}
