using CloudPacs.Dicom;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Rules;

/// <summary>
/// What is known at load of the values that a rule gives a worklist attribute: its limit, a literal, and the rows of its table.
/// </summary>
internal static class WorklistChecks
{
    /// <summary>Whether the limit means something for the attribute; ids, codes, UIDs and AE titles are never cut.</summary>
    public static bool CheckLimit(LimitKind? limit, MwlPath path, CompileScope scope, Position at)
    {
        var entry = path.Entry;
        var isText = VrRules.For(entry.VR).Kind == VrKind.Text || entry.VR is VR.AE or VR.CS or VR.UI;
        var (text, hint) = limit switch
        {
            null => ("", ""),
            _ when !isText => ($"{entry.Keyword} is {entry.VR}, which has no length to limit.", "Take 'limit' out."),
            LimitKind.Split when !path.IsMultiValued =>
                ($"{entry.Keyword} has one value, so nothing can be split over several.", "Write cut or reject."),
            LimitKind.Cut when MwlText.IsNeverCut(entry) =>
                ($"{entry.Keyword} is never cut: half an id is another id.", "Write reject or surrogate."),
            _ => ("", ""),
        };
        if (text.Length == 0) return true;
        scope.Report(MapCodes.ValueRepresentation, at, text, hint);
        return false;
    }

    public static bool CheckLiteral(string value, DictionaryEntry entry, CompileScope scope, Position at)
    {
        if (ProblemOf(value, entry.VR) is not { } problem) return true;
        scope.Report(MapCodes.ValueRepresentation, at, $"{entry.Keyword} is {entry.VR}, and '{value}' {problem}.",
            "Write a value that the attribute can hold.");
        return false;
    }

    public static bool CheckTable(string table, DictionaryEntry entry, CompileScope scope)
    {
        var isFine = true;
        foreach (var row in scope.Settings.Tables[table].Rows)
        {
            if (row.To.Length == 0 || ProblemOf(row.To, entry.VR) is not { } problem) continue;
            scope.Report(MapCodes.ValueRepresentation, new Position(row.File, row.Line, 1),
                $"{entry.Keyword} is {entry.VR}, and '{row.To}' {problem}.", $"Correct the row '{row.From}' of table {table}.");
            isFine = false;
        }

        return isFine;
    }

    /// <summary>Texts are cleaned and cut when they are written; for the others there is no second chance.</summary>
    private static string? ProblemOf(string value, VR vr) =>
        VrRules.For(vr).Kind is VrKind.Ascii or VrKind.Number && vr is not (VR.DA or VR.TM or VR.DT)
        ? VrRules.FindProblem(vr == VR.CS ? value.ToUpperInvariant() : value, vr)
        : null;
}
