using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>What the traced form of a map is told while it runs; the fast form has none.</summary>
internal abstract class RunTrace
{
    /// <summary>Fields that ask to delete; null when the message has none.</summary>
    public abstract Deletions? Found { get; }

    /// <summary>A run begins: its level, and its number in words such as <c>step 2</c>.</summary>
    public abstract void Open(RunLevel level, string words);

    /// <summary>A path has read this value.</summary>
    public abstract void Read(in MapValue value);

    /// <summary>A table was asked for a key; null when it lacks the key.</summary>
    public abstract void Look(MapTable table, string key, MapTableRow? row);

    /// <summary>The catalogue was asked for a code; null when it lacks the code.</summary>
    public abstract void LookUp(string key, CatalogueRow? row, string column);

    /// <summary>The rule did not run.</summary>
    public abstract void Skip(RuleLabel rule, string reason);

    public abstract void Begin(RuleLabel rule);

    /// <summary>The rule gave this value, or failed.</summary>
    public abstract void End(RuleLabel rule, in MapValue value, RuleFailure? failure);
}

/// <summary>What a trace says about a rule.</summary>
/// <param name="Target">What the rule writes; empty for a rule that only holds others.</param>
/// <param name="FirstPath">The first path that the rule reads, such as <c>OBR-18</c>; null when it reads none.</param>
internal sealed record RuleLabel(string Id, Position At, string? Note, string Target, string? FirstPath)
{
    /// <summary>What the rule takes its value from, when that is no part of the message: <c>$state.x</c>, <c>dcm.x</c>.</summary>
    public string? From { get; init; }

    /// <summary>Whether null takes away what the rule showed.</summary>
    public bool Deletes { get; init; }

    /// <summary>File and line.</summary>
    public string Place { get; } = $"{At.File}:{At.Line}";

    /// <summary>Why the rule gave nothing, when it ran.</summary>
    public string WhyEmpty { get; } = FirstPath is null ? "no value" : FirstPath + " empty";
}
