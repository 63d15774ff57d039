using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Sources in little room, so that a look at one place tells of most of them that nothing was sent.</summary>
internal readonly struct SourceGate
{
    private readonly SegmentSelector? _segment;
    private readonly Sources? _others;
    private readonly ulong _fields;
    private readonly int _place;

    /// <param name="sources">What must be there; null = it is always open.</param>
    public SourceGate(Sources? sources)
    {
        IsAlwaysOpen = sources is null;
        if (sources?.First is var (segment, fields, others)) (_segment, _place, _fields, _others) = (segment, segment.Place, fields, others);
        else _others = sources;
    }

    private bool IsAlwaysOpen { get; }

    public bool IsOpen(EvalContext context)
    {
        if (_segment is not null)
        {
            if (((context.FieldsAt(_place) ?? _segment.Fields(context)).Sent & _fields) != 0) return true;
            return _others is not null && _others.AreSent(context);
        }

        return IsAlwaysOpen || _others!.AreSent(context);
    }
}
