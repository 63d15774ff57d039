using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// What an expression lives on: fields and variables. When none of them is there it gives nothing (a condition does not hold) and does
/// nothing else, so that it need not be worked out at all. Immutable.
/// </summary>
internal sealed class Sources
{
    private readonly (SegmentSelector Segment, int Place, ulong Fields)[] _fields;
    private readonly (RunLevel Level, int Slot)[] _variables;

    private Sources((SegmentSelector, int, ulong)[] fields, (RunLevel, int)[] variables)
    {
        _fields = fields;
        _variables = variables;
    }

    /// <summary>Of an expression that never gives anything.</summary>
    public static Sources None { get; } = new([], []);

    /// <summary>One field of a segment; 0 = the segment itself.</summary>
    public static Sources Of(SegmentSelector segment, int field) =>
        new([(segment, segment.Place, FieldIndex.BitOf(field))], []);

    public static Sources Of(RunLevel level, int variable) => new([], [(level, variable)]);

    /// <summary>The sources of what needs one of both; null when one of them is not known.</summary>
    public static Sources? OneOf(Sources? a, Sources? b)
    {
        if (a is null || b is null) return null;
        if (ReferenceEquals(a, None)) return b;
        if (ReferenceEquals(b, None)) return a;
        var fields = new List<(SegmentSelector Segment, int Place, ulong Fields)>(a._fields);
        foreach (var (segment, place, bits) in b._fields)
        {
            var at = 0;
            while (at < fields.Count && !fields[at].Segment.IsSame(segment)) at++;
            if (at == fields.Count) fields.Add((segment, place, bits));
            else fields[at] = (segment, place, fields[at].Fields | bits);
        }

        return new Sources([.. fields], [.. a._variables, .. b._variables]);
    }

    /// <summary>The fields, segment by segment.</summary>
    public IReadOnlyList<(SegmentSelector Segment, int Place, ulong Fields)> Fields => _fields;

    /// <summary>What is left without the fields; null when that is nothing.</summary>
    public Sources? WithoutFields => _variables.Length == 0 ? null : new Sources([], _variables);

    public bool AreSent(EvalContext context)
    {
        foreach (ref readonly var source in _fields.AsSpan())
        {
            var fields = (source.Place >= 0 ? context.FieldsAt(source.Place) : null) ?? source.Segment.Fields(context);
            if ((fields.Sent & source.Fields) != 0) return true;
        }

        foreach (var (level, slot) in _variables)
        {
            var values = context.VariablesOf(level);
            if (slot < values.Length && !values[slot].IsAbsent) return true;
        }

        return false;
    }
}
