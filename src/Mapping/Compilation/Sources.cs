using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// What an expression lives on: fields and variables. When none of them is there it gives nothing (a condition does not hold) and does
/// nothing else, so that it need not be worked out at all. Immutable.
/// </summary>
internal sealed class Sources
{
    private readonly (SegmentSelector Segment, ulong Fields)[] _fields;
    private readonly (RunLevel Level, int Slot)[] _variables;

    private Sources((SegmentSelector, ulong)[] fields, (RunLevel, int)[] variables)
    {
        _fields = fields;
        _variables = variables;
    }

    /// <summary>Of an expression that never gives anything.</summary>
    public static Sources None { get; } = new([], []);

    /// <summary>One field of a segment; 0 = the segment itself.</summary>
    public static Sources Of(SegmentSelector segment, int field) => new([(segment, FieldIndex.BitOf(field))], []);

    public static Sources Of(RunLevel level, int variable) => new([], [(level, variable)]);

    /// <summary>The sources of what needs one of both; null when one of them is not known.</summary>
    public static Sources? OneOf(Sources? a, Sources? b)
    {
        if (a is null || b is null) return null;
        if (ReferenceEquals(a, None)) return b;
        if (ReferenceEquals(b, None)) return a;
        var fields = new List<(SegmentSelector Segment, ulong Fields)>(a._fields);
        foreach (var (segment, bits) in b._fields)
        {
            var at = 0;
            while (at < fields.Count && !fields[at].Segment.IsSame(segment)) at++;
            if (at == fields.Count) fields.Add((segment, bits));
            else fields[at] = (segment, fields[at].Fields | bits);
        }

        return new Sources([.. fields], [.. a._variables, .. b._variables]);
    }

    public bool AreSent(EvalContext context)
    {
        foreach (var (segment, fields) in _fields)
        {
            if ((segment.Fields(context).Sent & fields) != 0) return true;
        }

        foreach (var (level, slot) in _variables)
        {
            if (context.VariablesOf(level) is { } values && slot < values.Length && values[slot].State != ValueState.Absent) return true;
        }

        return false;
    }
}
