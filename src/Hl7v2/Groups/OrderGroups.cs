namespace CloudPacs.Hl7v2;

/// <summary>
/// Finds the orders of a message by position, whatever the structure says: real senders do not keep segment order.
/// </summary>
/// <remarks>A group starts at each ORC, and at an OBR that has no ORC before it since the last OBR. An instance can be loaded again without
/// allocation.</remarks>
public sealed class OrderGroups
{
    private readonly List<GroupRange> _ranges = [];
    private readonly List<GroupRange> _parts = [];
    private int[]? _noteOwners;
    private Message? _message;
    private int _firstGroup;

    public OrderGroups()
    {
    }

    public OrderGroups(Message message) => Load(message);

    public int Count => _ranges.Count;

    public OrderGroup this[int number] => (uint)number < (uint)(_ranges.Count + _parts.Count)
        ? new(this, number)
        : throw new ArgumentOutOfRangeException(nameof(number));

    /// <summary>
    /// A ZDS that is the only one of a message with several orders and stands after the last: it applies to all of them. Does not exist
    /// otherwise.
    /// </summary>
    public Segment SharedZds { get; private set; }

    internal Message Message => _message ?? throw new InvalidOperationException("No message was loaded.");

    public void Load(Message message)
    {
        _message = message;
        _ranges.Clear();
        _parts.Clear();
        SharedZds = default;
        _firstGroup = message.SegmentCount;
        FindGroups(message);

        if (_ranges.Count > 1 && message.Segments("ZDS") is { Count: 1 } only && only[0].Index >= _ranges[^1].Start) SharedZds = only[0];
    }

    /// <summary>
    /// A stretch of the message as a group of its own, with the ORC, OBR and PID of another one: for a reader of groups that shall look at
    /// a part only.
    /// </summary>
    /// <param name="number">The other group; -1 for none, and then the first PID counts.</param>
    /// <param name="start">Index of the first segment.</param>
    /// <param name="end">Index after the last one.</param>
    /// <returns>Its number, which is not among those below <see cref="Count"/>; good until the next load.</returns>
    public int Narrow(int number, int start, int end)
    {
        var whole = number >= 0 ? Range(number) : new GroupRange(-1, -1, -1, -1, -1, Message.PackedIds.IndexOf(SegmentId.Pid));
        _parts.Add(whole with { Start = start, End = end });
        return _ranges.Count + _parts.Count - 1;
    }

    /// <summary>
    /// Segments of an id that belong to the message as a whole: those before the first order, for ids that an order may own; all of them
    /// for other ids.
    /// </summary>
    public SegmentList MessageLevel(string id)
    {
        var packed = SegmentId.Pack(id);
        return new(Message, packed, 0, IsOrderPart(packed) ? _firstGroup : Message.SegmentCount);
    }

    /// <summary>The number of the group that a segment lies in, -1 when it belongs to the message.</summary>
    public int GroupOf(int segmentIndex)
    {
        if ((uint)segmentIndex >= (uint)Message.SegmentCount || !IsOrderPart(Message.PackedIdOf(segmentIndex))) return -1;
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (segmentIndex >= _ranges[i].Start) return segmentIndex < _ranges[i].End ? i : -1;
        }

        return -1;
    }

    /// <summary>The segment that another one belongs to: an NTE to the segment before it (other NTE apart), TQ2 to TQ1, OBX, DG1, TQ1, IPC
    /// and ZDS to
    /// their OBR (ORC when there is none yet, PID before the first order), OBR to ORC. Does not exist when there is none.</summary>
    public Segment OwnerOf(int segmentIndex)
    {
        var message = Message;
        if ((uint)segmentIndex >= (uint)message.SegmentCount) return default;
        var id = message.PackedIdOf(segmentIndex);
        if (id == SegmentId.Nte) return message[(_noteOwners ??= NoteOwners())[segmentIndex]];

        if (id == SegmentId.Orc || !IsOrderPart(id)) return default;
        var group = GroupOf(segmentIndex);
        if (group < 0) return LastBefore(segmentIndex, SegmentId.Pid);
        var range = _ranges[group];
        if (id == SegmentId.Obr) return SegmentAt(range.Orc);
        if (id == SegmentId.Tq2) return LastBefore(segmentIndex, SegmentId.Tq1);
        return range.Obr >= 0 && range.Obr < segmentIndex ? message[range.Obr] : SegmentAt(range.Orc);
    }

    /// <summary>Of each note the last segment before it that is none, found in one sweep: a message may have very many.</summary>
    private int[] NoteOwners()
    {
        var owners = new int[Message.SegmentCount];
        var last = -1;
        for (var i = 0; i < owners.Length; i++)
        {
            if (Message.PackedIdOf(i) == SegmentId.Nte) owners[i] = last;
            else last = i;
        }

        return owners;
    }

    internal GroupRange Range(int number) => number < _ranges.Count ? _ranges[number] : _parts[number - _ranges.Count];

    internal Segment SegmentAt(int index) => Message[index];

    private void FindGroups(Message message)
    {
        var ids = message.PackedIds;
        var hasOrc = ids.Contains(SegmentId.Orc);
        var isResult = message.Segment("MSH").Field(9).TextEquals("ORU"u8);
        var pid = ids.IndexOf(SegmentId.Pid);
        var open = new GroupRange(-1, -1, -1, -1, -1, pid);
        var pids = 0;
        var isPrior = false;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] == SegmentId.Pid)
            {
                pid = i;
                // In OMG, OML and OMI a second PID opens earlier results of the patient, sent along as a reminder (PRIOR_RESULT).
                if (++pids > 1 && !isResult && open.Start >= 0)
                {
                    Close(ref open, i, isPrior);
                    isPrior = hasOrc;
                }

                continue;
            }

            var isOrc = ids[i] == SegmentId.Orc;
            if (!isOrc && ids[i] != SegmentId.Obr) continue;
            if (isOrc)
            {
                Close(ref open, i, isPrior);
                isPrior = isPrior && message[i].Field(1).TextEquals("PR"u8);
                open = new(i, -1, i, -1, -1, pid);
            }
            else if (open.Start >= 0 && open.Obr < 0)
            {
                open = open with { Obr = i, OrcEnd = i };
            }
            else
            {
                var (orc, orcEnd) = (open.Orc, open.OrcEnd);
                Close(ref open, i, isPrior);
                open = new(i, -1, orc, i, orcEnd, pid);
            }

            if (!isPrior && _firstGroup == ids.Length) _firstGroup = i;
        }

        Close(ref open, ids.Length, isPrior);
    }

    private void Close(ref GroupRange open, int end, bool isPrior)
    {
        if (open.Start >= 0 && !isPrior) _ranges.Add(open with { End = end });
        open = new(-1, -1, -1, -1, -1, open.Pid);
    }

    private Segment LastBefore(int index, int id) => Message[Message.PackedIds[..index].LastIndexOf(id)];

    private static bool IsOrderPart(int id) =>
        id == SegmentId.Orc || id == SegmentId.Obr || id == SegmentId.Tq1 || id == SegmentId.Tq2 || id == SegmentId.Nte
        || id == SegmentId.Dg1 || id == SegmentId.Obx || id == SegmentId.Ipc || id == SegmentId.Zds;

    internal readonly record struct GroupRange(int Start, int End, int Orc, int Obr, int OrcEnd, int Pid);
}
