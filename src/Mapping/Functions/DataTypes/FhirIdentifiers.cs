using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Identifier from CX, EI and our own identifiers.</summary>
internal static class FhirIdentifiers
{
    public static void Write(JsonText json, MappedIdentifier identifier, string? typeCode, string? use, EvalContext context)
    {
        Begin(json, identifier, typeCode, use, context);
        json.EndObject();
    }

    /// <summary>CX with its period of validity (CX.7, CX.8); nothing when it has no value.</summary>
    public static void WriteCx(JsonText json, Element cx, string? typeCode, string? use, EvalContext context)
    {
        if (AssigningAuthorities.ReadCx(cx, context) is not { } identifier) return;
        Begin(json, identifier, typeCode, use, context);
        FhirPeriods.Write(json, cx.Component(7), cx.Component(8), context);
        json.EndObject();
    }

    /// <summary>A code of table 0203 gets its system; any other one is text only.</summary>
    public static void WriteType(JsonText json, string code, EvalContext context)
    {
        var row = context.Settings.Tables.TryGetValue("identifier_type", out var table) ? context.Look(table, code) : null;
        json.Name("type"u8);
        json.BeginObject();
        if (row is { To.Length: > 0 })
        {
            json.Name("coding"u8);
            json.BeginArray();
            FhirCodings.Write(json, row);
            json.EndArray();
        }
        else
        {
            json.Text("text"u8, code);
        }

        json.EndObject();
    }

    private static void Begin(JsonText json, MappedIdentifier identifier, string? typeCode, string? use, EvalContext context)
    {
        json.BeginObject();
        json.Text("use"u8, use);
        if ((typeCode ?? identifier.TypeCode) is { } code) WriteType(json, code, context);
        json.Text("system"u8, AssigningAuthorities.SystemUri(identifier, context));
        json.Text("value"u8, identifier.Value);
    }
}
