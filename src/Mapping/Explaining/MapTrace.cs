using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Explaining;

/// <summary>What the traced form of a map notes down while it runs.</summary>
internal sealed class MapTrace(Message message, FieldReads reads) : RunTrace
{
    private readonly List<string> _lookups = [];
    private readonly Dictionary<string, SkippedRule> _skipped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fired = [];
    private (RunLevel Level, string Words) _run = (RunLevel.Message, "message");

    public List<ExplainedValue> Values { get; } = [];

    /// <summary>Stretches of the message that some rule has read.</summary>
    public List<(int Start, int Length)> Reads { get; } = [];

    /// <summary>Rules that never gave a value, with the reason of the last try.</summary>
    public IReadOnlyList<SkippedRule> Skipped => [.. _skipped.Values.Where(rule => !_fired.Contains(rule.Rule))];

    public override Deletions? Found { get; } = Deletions.Of(message, reads);

    public override void Open(RunLevel level, string words) => _run = (level, words);

    public override void Read(in MapValue value)
    {
        Found?.Read(value);
        if (value.AsSegment() is { Exists: true }) return; // naming a segment reads none of its fields
        if (value.Origin is { Length: > 0 } origin) Reads.Add(origin);
    }

    public override void Look(MapTable table, string key, MapTableRow? row) =>
        _lookups.Add(row is null ? $"\"{key}\" not in table {table.Name}" : $"\"{key}\" via table {table.Name} ({row.File}:{row.Line})");

    public override void LookUp(string key, CatalogueRow? row, string column) =>
        _lookups.Add(row is null ? $"\"{key}\" not in the catalogue" : $"\"{key}\" via {column} of {row.File}:{row.Line}");

    public override void Skip(RuleLabel rule, string reason)
    {
        Found?.Skip(rule, reason);
        _skipped[rule.Id] = new SkippedRule(rule.Id, rule.Place, reason);
    }

    public override void Begin(RuleLabel rule)
    {
        _lookups.Clear();
        _skipped.Remove(rule.Id);
    }

    public override void End(RuleLabel rule, in MapValue value, RuleFailure? failure)
    {
        Found?.End(rule, value, failure);
        if (failure is null && value.State == ValueState.Absent)
        {
            Skip(rule, rule.WhyEmpty);
            return;
        }

        _fired.Add(rule.Id);
        var (start, length) = value.Origin;
        var text = failure is not null ? $"{(failure.Severity == Severity.Error ? "error" : "warning")} {failure.Code}: {failure.Text}"
            : value.State == ValueState.Null ? "(removed)" : value.ToString();
        Values.Add(new ExplainedValue(_run.Words, _run.Level, rule.Target, text, rule.Id, rule.Place,
            Locations.PathOf(message, start, length) ?? (length == 0 ? rule.From : null), start, length, [.. _lookups], rule.Note));
    }
}
