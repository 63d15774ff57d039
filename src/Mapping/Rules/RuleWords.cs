using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Rules;

/// <summary>What is told of a rule when it fails or is explained; apart from what runs, as most messages never come to it.</summary>
internal sealed record RuleWords(string Id, Position At)
{
    private RuleLabel? _label;

    /// <summary>Where a layer switched the rule off; such a rule is only here to be explained.</summary>
    public Position? Off { get; init; }

    public string WhyOff => $"off by {Off?.File}:{Off?.Line}";

    public string? Note { get; init; }

    public (int Code, string? Text) EmptyError { get; init; }

    public int NullErrorCode { get; init; }

    public PathExpression? FirstPath { get; init; }

    /// <summary>The rule's <c>from</c>, when it reads no path of the message.</summary>
    public string? From { get; init; }

    /// <summary>What a trace says of the rule; made when it is first asked for.</summary>
    public RuleLabel Label(TargetWriter? writer) => _label ??= new RuleLabel(Id, At, Note, writer?.Name ?? "", FirstPath?.Field is { } part
        ? $"{FirstPath.Segment}-{part.Field}"
        : FirstPath?.Segment)
    {
        From = From,
        Deletes = writer is { Deletes: true },
    };
}
