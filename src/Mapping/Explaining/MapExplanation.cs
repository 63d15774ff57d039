using System.Globalization;
using System.Text;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Explaining;

/// <summary>How the values of one message came about.</summary>
/// <param name="NotUsed">Fields that have a value which no rule reads.</param>
public sealed record MapExplanation(
    IReadOnlyList<ExplainedValue> Values, IReadOnlyList<string> NotUsed, IReadOnlyList<SkippedRule> Skipped,
    IReadOnlyList<string> Warnings, IReadOnlyList<(string Table, string Key)> Misses)
{
    /// <summary>The result itself, that of the fast form; null when no message was read but one was made.</summary>
    public MappedMessage? Mapped { get; init; }

    /// <summary>Whatever is called so is a person's, or leads to one.</summary>
    private static readonly string[] PersonalWords = ["name", "physician", "number", "patient", "perform", "actor"];

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
            if (value.Source is not null) text.Append("  <- ").Append(value.Source);
            if (value.Length > 0) text.Append(CultureInfo.InvariantCulture, $" (bytes {value.Start}-{value.Start + value.Length - 1})");
            if (!isMasked || !IsPersonal(value)) foreach (var lookup in value.Lookups) text.Append("  ").Append(lookup);
            text.Append('\n');
        }

        text.Append('\n');
        if (Mapped is not null) text.Append(CultureInfo.InvariantCulture, $"not used:  {string.Join("  ", NotUsed)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"rules that did not fire: {string.Join(", ", Skipped.Select(rule => $"{rule.Rule} ({rule.Reason})"))}\n");
        text.Append(CultureInfo.InvariantCulture, $"warnings: {string.Join("; ", Warnings)}\n");
        if (Misses.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"not in tables: {string.Join(", ", Misses.Select(miss => $"{miss.Table} \"{miss.Key}\""))}\n");
        return text.ToString();
    }

    private static bool IsPersonal(ExplainedValue value) =>
        value.Level == RunLevel.Patient || IsPersonal(value.Target) || IsPersonal(value.Source ?? "");

    private static bool IsPersonal(string name) =>
        PersonalWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Mask(string value) => value.Length == 0 || value[0] == '(' ? value : value[..1] + "***";
}

/// <summary>A rule that gave nothing for this message, and why.</summary>
public sealed record SkippedRule(string Rule, string At, string Reason);

/// <summary>One value that a map gave, with what gave it.</summary>
/// <param name="Run">Which run: <c>patient 1</c>, <c>step 2</c>.</param>
/// <param name="Target">Attribute, element, command field or variable.</param>
/// <param name="Value">In words; <c>(removed)</c> for null, <c>error …</c> for a failure.</param>
/// <param name="At">File and line of the rule.</param>
/// <param name="Source">Path of the part of the message that gave the value, or what else the rule takes it from; null for literals
/// and made values.</param>
/// <param name="Start">First byte of the source in the message's text.</param>
/// <param name="Length">Bytes of the source; 0 = none.</param>
/// <param name="Lookups">Tables and catalogue rows that were used.</param>
public sealed record ExplainedValue(string Run, RunLevel Level, string Target, string Value, string Rule, string At, string? Source,
    int Start, int Length, IReadOnlyList<string> Lookups, string? Note);
