using System.Globalization;
using System.Text;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Explaining;

/// <summary>How the values of one message came about.</summary>
/// <param name="NotUsed">Fields that have a value which no rule reads.</param>
/// <param name="Mapped">The result itself, that of the fast form.</param>
public sealed record MapExplanation(
    MappedMessage Mapped, IReadOnlyList<ExplainedValue> Values, IReadOnlyList<string> NotUsed, IReadOnlyList<SkippedRule> Skipped,
    IReadOnlyList<string> Warnings, IReadOnlyList<(string Table, string Key)> Misses)
{
    /// <summary>As lines of text. Masked: values of the patient and names of persons show their first character only.</summary>
    public string ToText(bool isMasked)
    {
        var text = new StringBuilder();
        string? run = null;
        foreach (var value in Values)
        {
            if (value.Run != run) text.Append(CultureInfo.InvariantCulture, $"{(run is null ? "" : "\n")}{run = value.Run}\n");
            var shown = isMasked && IsPersonal(value) ? Mask(value.Value) : value.Value;
            text.Append(CultureInfo.InvariantCulture, $"{value.Target,-44}  {shown,-28}  {value.Rule,-24}  {value.At}");
            if (value.Source is not null)
                text.Append(CultureInfo.InvariantCulture, $"  <- {value.Source} (bytes {value.Start}-{value.Start + value.Length - 1})");
            if (!isMasked || !IsPersonal(value)) foreach (var lookup in value.Lookups) text.Append("  ").Append(lookup);
            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"\nnot used:  {string.Join("  ", NotUsed)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"rules that did not fire: {string.Join(", ", Skipped.Select(rule => $"{rule.Rule} ({rule.Reason})"))}\n");
        text.Append(CultureInfo.InvariantCulture, $"warnings: {string.Join("; ", Warnings)}\n");
        if (Misses.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"not in tables: {string.Join(", ", Misses.Select(miss => $"{miss.Table} \"{miss.Key}\""))}\n");
        return text.ToString();
    }

    private static bool IsPersonal(ExplainedValue value) => value.Level == RunLevel.Patient
        || value.Target.Contains("Name", StringComparison.Ordinal) || value.Target.Contains("Physician", StringComparison.Ordinal)
            || value.Target.Contains("Number", StringComparison.Ordinal);

    private static string Mask(string value) => value.Length == 0 || value[0] == '(' ? value : value[..1] + "***";
}

/// <summary>A rule that gave nothing for this message, and why.</summary>
public sealed record SkippedRule(string Rule, string At, string Reason);

/// <summary>One value that a map gave, with what gave it.</summary>
/// <param name="Run">Which run: <c>patient 1</c>, <c>step 2</c>.</param>
/// <param name="Target">Attribute, element, command field or variable.</param>
/// <param name="Value">In words; <c>(removed)</c> for null, <c>error …</c> for a failure.</param>
/// <param name="At">File and line of the rule.</param>
/// <param name="Source">Path of the part of the message that gave the value; null for literals and made values.</param>
/// <param name="Start">First byte of the source in the message's text.</param>
/// <param name="Length">Bytes of the source; 0 = none.</param>
/// <param name="Lookups">Tables and catalogue rows that were used.</param>
public sealed record ExplainedValue(string Run, RunLevel Level, string Target, string Value, string Rule, string At, string? Source,
    int Start, int Length, IReadOnlyList<string> Lookups, string? Note);
