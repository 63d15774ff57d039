using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Functions;

public sealed partial class EvalContext
{
    private const int Levels = (int)RunLevel.Step + 1;
    private readonly MapValue[][] _variables = new MapValue[Levels][];
    private readonly FieldIndex?[] _fields;
    private readonly int[] _firsts = new int[SegmentSlots.Count]; // position + 2; 1 = not in the message, 0 = not looked for
    private readonly MapOutput?[] _outputs = new MapOutput?[Levels];
    private const int MaxTurns = 50_000;
    private int _turns;
    private TimeSpan? _messageOffset;
    private bool _hasMessageOffset;

    internal EvalContext(MapSettings settings, Message message, OrderGroups groups, DateTimeOffset now, MapSink sink, int locals, MapTrace? trace)
    {
        Settings = settings;
        Message = message;
        Groups = groups;
        Now = now;
        Sink = sink;
        Trace = trace;
        Locals = locals == 0 ? [] : new MapValue[locals];
        Numbers = locals == 0 ? [] : new int[locals];
        Bound = locals == 0 ? [] : new object?[locals];
        PatientEnd = int.MaxValue;
        _fields = new FieldIndex?[message.SegmentCount];
    }

    internal MapSink Sink { get; }

    internal MapTrace? Trace { get; }

    internal RuleFailure? Failure { get; set; }

    internal OrderGroups Groups { get; }

    /// <summary>The open group; -1 = none.</summary>
    internal int Group { get; set; } = -1;

    /// <summary>The IPC of the run; one that does not exist means the first of the group.</summary>
    internal Segment Ipc { get; set; }

    /// <summary>The TQ1 paired with the step (mapping.md a.6, 6); one that does not exist means the first of the group.</summary>
    internal Segment Tq1 { get; set; }

    /// <summary>Segments of the open patient: from its PID to the next one, or the whole message.</summary>
    internal int PatientStart { get; set; }

    internal int PatientEnd { get; set; }

    /// <summary>Items that <c>each</c> gave a name, their numbers, and items of lists that child rules write into; slots are given at load.</summary>
    internal MapValue[] Locals { get; }

    internal int[] Numbers { get; }

    internal object?[] Bound { get; }

    /// <summary>What a pick looks at just now.</summary>
    internal MapValue Subject { get; set; }

    /// <summary>A DICOM data set that <c>dcm.</c> paths read, or null.</summary>
    internal DataSet? Source { get; set; }

    /// <summary>What the open run writes.</summary>
    internal MapOutput Output { get; private set; } = MapOutput.None;

    /// <summary>State of the domain, in the second phase.</summary>
    internal FhirState? State { get; set; }

    /// <summary>The offset of MSH-7, looked up once.</summary>
    internal TimeSpan? MessageOffset
    {
        get
        {
            if (_hasMessageOffset) return _messageOffset;
            _hasMessageOffset = true;
            return _messageOffset = Message.SegmentCount == 0 ? null : Message.DefaultOffset;
        }
    }

    /// <summary>A field, by an index that is made at the first question to its segment.</summary>
    internal Element FieldOf(in Segment segment, int number)
    {
        var index = segment.Index;
        return index < 0 ? default : (_fields[index] ??= new FieldIndex(segment)).Field(number);
    }

    /// <summary>The first segment of a name in the message, looked for once.</summary>
    internal Segment FirstSegment(int slot, string id)
    {
        if (slot >= SegmentSlots.Count) return Message.Segment(id);
        ref var first = ref _firsts[slot];
        if (first == 0) first = Message.Segment(id).Index + 2;
        return Message[first - 2];
    }

    /// <summary>What a wider run has written, for <c>$out</c>.</summary>
    internal MapOutput? OutputOf(RunLevel level) => _outputs[(int)level];

    /// <summary>Opens a run: its output and its variables.</summary>
    internal void Open(RunLevel level, MapOutput output, MapValue[] variables)
    {
        Output = output;
        _outputs[(int)level] = output;
        _variables[(int)level] = variables;
    }

    /// <summary>Makes what a finished wider run wrote readable again.</summary>
    internal void Recall(RunLevel level, MapOutput? output, MapValue[] variables)
    {
        _outputs[(int)level] = output;
        _variables[(int)level] = variables;
    }

    internal MapValue[] VariablesOf(RunLevel level) => _variables[(int)level] ?? [];

    /// <summary>Counts the turns of all loops of this message; false when there are too many.</summary>
    internal bool CountTurn() => ++_turns <= MaxTurns;

    /// <summary>Opens the second phase of a run: new output, while <c>$out</c> still reads that of the first.</summary>
    internal void OpenSecond(MapOutput output) => Output = output;

    internal ref MapValue Variable(RunLevel level, int slot) => ref _variables[(int)level][slot];
}
