using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>Which fields the rules of a sender read, and of which of them they look at all repetitions.</summary>
internal sealed class FieldReads
{
    private readonly Dictionary<string, (ulong Read, ulong Whole)> _segments = new(StringComparer.Ordinal);

    /// <param name="segment">Its name.</param>
    /// <param name="field">Its number.</param>
    /// <param name="isWhole">Whether all repetitions are looked at, be it to choose one.</param>
    public void Add(string segment, int field, bool isWhole)
    {
        var bit = FieldIndex.BitOf(field);
        var (read, whole) = _segments.GetValueOrDefault(segment);
        _segments[segment] = (read | bit, isWhole ? whole | bit : whole);
    }

    public bool IsRead(string segment, int field) =>
        (_segments.GetValueOrDefault(segment).Read & FieldIndex.BitOf(field)) != 0;

    /// <summary>Whether the field is read, and never more of it than its first repetition.</summary>
    public bool IsFirstOnly(string segment, int field)
    {
        var (read, whole) = _segments.GetValueOrDefault(segment);
        return (read & ~whole & FieldIndex.BitOf(field)) != 0;
    }
}
