using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Body sites as SNOMED CT codes by the tables <c>body_part</c> and <c>laterality</c> (DICOM PS3.16 CID 4031, CID 244).</summary>
internal static class BodySites
{
    /// <summary>CodeableConcept; its text is what was sent when no table has it. Writes nothing when nothing was sent.</summary>
    public static void WriteConcept(JsonText json, string? part, string? side, string? otherwise, EvalContext context)
    {
        var start = json.Length;
        json.BeginObject();
        json.Name("coding"u8);
        json.BeginArray();
        var empty = json.Length;
        WriteCoding(json, "body_part", part ?? otherwise, context);
        WriteCoding(json, "laterality", side, context);
        if (json.Length > empty)
        {
            json.EndArray();
        }
        else
        {
            json.Truncate(start + 1);
            var sent = part ?? otherwise;
            var text = side is null || sent is null ? side ?? sent : $"{side} {sent}";
            if (!string.IsNullOrEmpty(text)) json.Text("text"u8, text);
        }

        json.EndObject(start);
    }

    private static void WriteCoding(JsonText json, string tableName, string? key, EvalContext context)
    {
        if (key is null || !context.Settings.Tables.TryGetValue(tableName, out var table)
            || context.Look(table, key) is not { To.Length: > 0 } row) return;
        json.Item();
        FhirCodings.Write(json, row);
    }
}
