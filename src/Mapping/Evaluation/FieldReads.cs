using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>Which fields the rules of a sender read, and of which of them they look at all repetitions.</summary>
internal sealed class FieldReads
{
    private readonly Dictionary<string, Fields> _segments = new(StringComparer.Ordinal);

    /// <summary>The segments of which some rule reads something.</summary>
    public IEnumerable<string> Segments => _segments.Keys;

    /// <param name="segment">Its name.</param>
    /// <param name="field">Its number.</param>
    /// <param name="isWhole">Whether all repetitions are looked at, be it to choose one.</param>
    /// <param name="level">Of the rule: those of reports run for no other message.</param>
    public void Add(string segment, int field, bool isWhole, RunLevel level)
    {
        var bit = FieldIndex.BitOf(field);
        var known = _segments.GetValueOrDefault(segment);
        _segments[segment] = new Fields(known.Read | bit, isWhole ? known.Whole | bit : known.Whole,
            level is RunLevel.Report or RunLevel.Observation ? known.BesideReports : known.BesideReports | bit);
    }

    public bool IsRead(string segment, int field) =>
        (_segments.GetValueOrDefault(segment).Read & FieldIndex.BitOf(field)) != 0;

    /// <summary>Whether the field is read, and never more of it than its first repetition.</summary>
    public bool IsFirstOnly(string segment, int field)
    {
        var (read, whole, _) = _segments.GetValueOrDefault(segment);
        return (read & ~whole & FieldIndex.BitOf(field)) != 0;
    }

    /// <summary>The bits of the fields of a segment that are read in a report, or in any other message.</summary>
    public ulong ReadOf(string segment, bool isReport)
    {
        var fields = _segments.GetValueOrDefault(segment);
        return isReport ? fields.Read : fields.BesideReports;
    }

    /// <param name="Read">Read by some rule.</param>
    /// <param name="Whole">With all repetitions.</param>
    /// <param name="BesideReports">By one that runs for other messages than reports.</param>
    private readonly record struct Fields(ulong Read, ulong Whole, ulong BesideReports);
}
