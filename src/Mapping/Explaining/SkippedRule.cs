namespace CloudPacs.Mapping.Explaining;

/// <summary>A rule that gave nothing for this message, and why.</summary>
public sealed record SkippedRule(string Rule, string At, string Reason);
