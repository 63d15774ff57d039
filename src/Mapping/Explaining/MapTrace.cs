using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Explaining;

/// <summary>What the traced form of a map notes down while it runs.</summary>
internal sealed class MapTrace(Message message)
{
    private readonly List<string> _lookups = [];
    private readonly Dictionary<string, SkippedRule> _skipped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fired = [];

    public List<ExplainedValue> Values { get; } = [];

    /// <summary>Stretches of the message that some rule has read.</summary>
    public List<(int Start, int Length)> Reads { get; } = [];

    /// <summary>Rules that never gave a value, with the reason of the last try.</summary>
    public IReadOnlyList<SkippedRule> Skipped => [.. _skipped.Values.Where(rule => !_fired.Contains(rule.Rule))];

    /// <summary>The run that is open: its level and its number in words.</summary>
    public (RunLevel Level, string Words) Run { get; set; } = (RunLevel.Message, "message");

    public void Read(in MapValue value)
    {
        if (value.AsSegment() is { Exists: true }) return; // naming a segment reads none of its fields
        if (value.Origin.Length > 0) Reads.Add((value.Origin.Start, value.Origin.Length));
    }

    public void Look(MapTable table, string key, MapTableRow? row) =>
        _lookups.Add(row is null ? $"\"{key}\" not in table {table.Name}" : $"\"{key}\" via table {table.Name} ({row.File}:{row.Line})");

    public void LookUp(string key, CatalogueRow? row, string column) =>
        _lookups.Add(row is null ? $"\"{key}\" not in the catalogue" : $"\"{key}\" via {column} of {row.File}:{row.Line}");

    public void Skip(CompiledRule rule, string reason) => _skipped[rule.Id] = new SkippedRule(rule.Id, $"{rule.At.File}:{rule.At.Line}", reason);

    public void Begin(CompiledRule rule)
    {
        _lookups.Clear();
        _skipped.Remove(rule.Id);
    }

    public void End(CompiledRule rule, in MapValue value, RuleFailure? failure)
    {
        if (failure is null && value.State == ValueState.Absent)
        {
            var path = rule.FirstPath;
            Skip(rule, path is null ? "no value" : $"{path.Segment}{(path.Field is null ? "" : $"-{path.Field.Field}")} empty");
            return;
        }

        _fired.Add(rule.Id);
        var origin = value.Origin;
        var text = failure is null ? value.State == ValueState.Null ? "(removed)" : value.ToString() : $"error {failure.Code}: {failure.Text}";
        Values.Add(new ExplainedValue(Run.Words, Run.Level, rule.Writer!.Name, text, rule.Id, $"{rule.At.File}:{rule.At.Line}",
            Locations.PathOf(message, origin), origin.Start, origin.Length, [.. _lookups], rule.Note));
    }
}
