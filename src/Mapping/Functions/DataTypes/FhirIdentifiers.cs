using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Identifier from CX, EI and our own identifiers.</summary>
internal static class FhirIdentifiers
{
    /// <param name="json">Takes the Identifier.</param>
    /// <param name="identifier">The number with its authority.</param>
    /// <param name="typeCode">Its type of table 0203; null for the one that it came with.</param>
    /// <param name="use">IdentifierUse, if one is meant.</param>
    /// <param name="settings">The tables.</param>
    /// <param name="context">Counts what the tables lack; null when nobody does.</param>
    public static void Write(
        JsonText json, MappedIdentifier identifier, string? typeCode, string? use, MapSettings settings, EvalContext? context)
    {
        Begin(json, identifier, typeCode, use, settings, context);
        End(json, identifier);
    }

    /// <summary>CX with its period of validity (CX.7, CX.8); nothing when it has no value.</summary>
    public static void WriteCx(JsonText json, Element cx, string? typeCode, string? use, EvalContext context)
    {
        if (AssigningAuthorities.ReadCx(cx, context) is not { } identifier) return;
        if (IdCharacters.FindProblem(identifier.Value) is { } problem)
        {
            context.Leave(102, $"The id {problem}: it was left out; send it without.", MapValue.Node(cx));
            return;
        }

        Begin(json, identifier, typeCode, use, context.Settings, context);
        FhirPeriods.Write(json, cx.Component(7), cx.Component(8), context);
        End(json, identifier);
    }

    /// <summary>A code of table 0203 gets its system; any other one is text only.</summary>
    public static void WriteType(JsonText json, string code, MapSettings settings, EvalContext? context)
    {
        var row = Row("identifier_type", code, settings, context);
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

    /// <summary>The row of a key in one of the sender's tables, if it has that table.</summary>
    public static MapTableRow? Row(string name, string key, MapSettings settings, EvalContext? context) =>
        !settings.Tables.TryGetValue(name, out var table) ? null : context is null ? table.Find(key) : context.Look(table, key);

    private static void Begin(
        JsonText json, MappedIdentifier identifier, string? typeCode, string? use, MapSettings settings, EvalContext? context)
    {
        json.BeginObject();
        json.Text("use"u8, use);
        if ((typeCode ?? identifier.TypeCode) is { } code) WriteType(json, code, settings, context);
        json.Text("system"u8, AssigningAuthorities.SystemUri(identifier, settings, context));
        json.Text("value"u8, identifier.Value);
    }

    private static void End(JsonText json, MappedIdentifier identifier)
    {
        // A universal id hides the name by which people know the authority (v2-to-FHIR, CX.4 to Identifier.assigner).
        if (identifier is { Namespace: { } name, UniversalId: not null })
        {
            json.Name("assigner"u8);
            json.BeginObject();
            json.Text("display"u8, name);
            json.EndObject();
        }

        json.EndObject();
    }
}
