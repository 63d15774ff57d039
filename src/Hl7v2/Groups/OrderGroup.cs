namespace CloudPacs.Hl7v2;

/// <summary>
/// One order of a message: its ORC, its OBR and what stands by position below them. Ends with the next <see cref="OrderGroups.Load"/>.
/// </summary>
public readonly struct OrderGroup
{
    private readonly OrderGroups _owner;

    internal OrderGroup(OrderGroups owner, int number)
    {
        _owner = owner;
        Number = number;
    }

    /// <summary>Position among the order groups of the message, from 0.</summary>
    public int Number { get; }

    /// <summary>Index of the first segment of the group.</summary>
    public int Start => _owner.Range(Number).Start;

    /// <summary>Index after the last segment of the group.</summary>
    public int End => _owner.Range(Number).End;

    /// <summary>The ORC; with several OBR below one ORC they share it. Does not exist in messages without ORC.</summary>
    public Segment Orc => _owner.SegmentAt(_owner.Range(Number).Orc);

    /// <summary>The OBR; does not exist in a group of an ORC alone.</summary>
    public Segment Obr => _owner.SegmentAt(_owner.Range(Number).Obr);

    /// <summary>The PID that the group stands below; the first of the message when none came before.</summary>
    public Segment Pid => _owner.SegmentAt(_owner.Range(Number).Pid);

    /// <summary>False for a further OBR that keeps the ORC of the group before it.</summary>
    public bool HasOwnOrc => _owner.Range(Number) is var range && range.Orc >= range.Start;

    /// <summary>The timing of this OBR, else that given with the shared ORC.</summary>
    public SegmentList Tq1
    {
        get
        {
            var own = Segments("TQ1");
            var range = _owner.Range(Number);
            return own.Count > 0 || range.Orc < 0 || HasOwnOrc ? own : new(_owner.Message, SegmentId.Tq1, range.Orc, range.OrcEnd);
        }
    }

    public SegmentList Nte => Segments("NTE");

    public SegmentList Dg1 => Segments("DG1");

    public SegmentList Obx => Segments("OBX");

    public SegmentList Ipc => Segments("IPC");

    public SegmentList Zds => Segments("ZDS");

    /// <summary>The ZDS that counts for this group: its own, else the one that stands after the last group for all.</summary>
    public Segment StudyZds => Zds is { Count: > 0 } own ? own[0] : _owner.SharedZds;

    /// <summary>The segments of an id inside this group, in order.</summary>
    public SegmentList Segments(string id) => new(_owner.Message, SegmentId.Pack(id), Start, End);
}
