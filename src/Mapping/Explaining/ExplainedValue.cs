using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Explaining;

/// <summary>One value that a map gave, with what gave it.</summary>
/// <param name="Run">Which run: <c>patient 1</c>, <c>step 2</c>.</param>
/// <param name="Target">Attribute, element, command field or variable.</param>
/// <param name="Value">In words; <c>(removed)</c> for null, <c>error …</c> for a failure.</param>
/// <param name="At">File and line of the rule.</param>
/// <param name="Source">Path of the part of the message that gave the value; null for literals and made values.</param>
/// <param name="Start">First byte of the source in the message's text.</param>
/// <param name="Length">Bytes of the source; 0 = none.</param>
/// <param name="Lookups">Tables and catalogue rows that were used.</param>
public sealed record ExplainedValue(string Run, RunLevel Level, string Target, string Value, string Rule, string At, string? Source, int Start, int Length, IReadOnlyList<string> Lookups, string? Note);
