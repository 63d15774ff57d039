using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// Fields that hold nothing but <c>""</c>, which asks to delete (HL7 v2.5.1 2.5.3), and whether the rules did so. What
/// stays is to be told.
/// </summary>
internal sealed class Deletions : RunTrace
{
    private readonly Dictionary<int, ErrorLocation> _places = [];
    private readonly HashSet<int> _done = [];
    private readonly HashSet<int> _kept = [];
    private readonly List<int> _read = [];
    private int _ofCondition;

    private Deletions(Message message, FieldReads reads)
    {
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            if (segment.Raw.IndexOf("\"\""u8) < 0) continue;
            var id = Hl7Fields.NameOf(segment.Id);
            for (var n = 1; n <= segment.FieldCount; n++)
            {
                var field = segment.Field(n);
                if ((field.State == ValueState.Null || HoldsOnlyNulls(field, message.Delimiters)) && reads.IsRead(id, n))
                    _places[field.Start] = new ErrorLocation(id, segment.Occurrence, n);
            }
        }
    }

    /// <summary>Those of a message that rules look at; null when it asks for none, as most do.</summary>
    public static Deletions? Of(Message message, FieldReads reads)
    {
        if (message.Text.Span.IndexOf("\"\""u8) < 0) return null;
        var deletions = new Deletions(message, reads);
        return deletions._places.Count > 0 ? deletions : null;
    }

    /// <summary>A warning for each field for which nothing, or not all, was deleted.</summary>
    public IEnumerable<Problem> Undone() => _places.Keys.Where(IsUndone).Order().Select(start => new Problem(
        103, Severity.Warning, _places[start],
        "This, or a part of it, was not deleted: another field says it, or it can only be changed."));

    public override Deletions? Found => this;

    public override void Open(RunLevel level, string words)
    {
    }

    public override void Read(in MapValue value)
    {
        if (value.State == ValueState.Null && _places.ContainsKey(value.Origin.Start)) _read.Add(value.Origin.Start);
    }

    public override void Look(MapTable table, string key, MapTableRow? row)
    {
    }

    public override void LookUp(string key, CatalogueRow? row, string column)
    {
    }

    public override void Skip(RuleLabel rule, string reason) => Forget();

    public override void Begin(RuleLabel rule) => _ofCondition = _read.Count;

    public override void End(RuleLabel rule, in MapValue value, RuleFailure? failure)
    {
        if (rule.Deletes && failure is null && value.State == ValueState.Null) _done.UnionWith(_read);
        else if (rule.Deletes && value.HasValue) _kept.UnionWith(_read.Skip(_ofCondition));
        Forget();
    }

    /// <summary>Some of its parts are <c>""</c> and none is anything else: no rule deletes parts.</summary>
    private static bool HoldsOnlyNulls(in Element field, in Delimiters delimiters)
    {
        foreach (var value in field.Raw)
        {
            if (value != '"' && !delimiters.IsSeparator(value)) return false;
        }

        return field.Raw.IndexOf("\"\""u8) >= 0;
    }

    private bool IsUndone(int start) => _kept.Contains(start) || !_done.Contains(start);

    private void Forget()
    {
        _read.Clear();
        _ofCondition = 0;
    }
}
