using System.Text.Json.Nodes;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Body sites as SNOMED CT codes by the tables <c>body_part</c> and <c>laterality</c> (DICOM PS3.16 CID 4031, CID 244).</summary>
internal static class BodySites
{
    public static JsonObject? Concept(string? part, string? side, string? otherwise, EvalContext context)
    {
        var concept = new JsonObject();
        var codings = new JsonArray();
        foreach (var (table, key) in (ReadOnlySpan<(string, string?)>)[("body_part", part ?? otherwise), ("laterality", side)])
            if (key is not null && Coding(table, key, context) is { } coding) codings.Add(coding);
        if (codings.Count > 0) concept["coding"] = codings;
        var text = string.Join(' ', new[] { side, part ?? otherwise }.Where(word => word is not null));
        if (text.Length > 0 && codings.Count == 0) concept["text"] = text;
        return concept.Count == 0 ? null : concept;
    }

    private static JsonObject? Coding(string tableName, string key, EvalContext context)
    {
        if (!context.Settings.Tables.TryGetValue(tableName, out var table) || context.Look(table, key) is not { To.Length: > 0 } row) return null;
        var coding = new JsonObject { ["system"] = row.System, ["code"] = row.To };
        if (row.Display is not null) coding["display"] = row.Display;
        return coding;
    }
}
