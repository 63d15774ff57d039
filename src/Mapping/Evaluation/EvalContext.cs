using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>What a rule and its functions can see while one message is mapped. Belongs to one run; not for several threads.</summary>
public sealed class EvalContext
{
    private const int MaxTurns = 50_000;
    private readonly OpenRun[] _runs = new OpenRun[RunLevels.Count];
    private readonly FieldIndex?[] _fields;
    private readonly FieldIndex?[] _places = new FieldIndex?[SegmentPlaces.Count];
    private MapSink? _secondSink;
    private JsonText? _json;
    private int _turns;
    private TimeSpan? _messageOffset;
    private bool _hasMessageOffset;
    private string? _defaultNamespace;
    private (MapTime? Time, DateTime Local) _local;
    private (string? Text, TimeZoneInfo? Zone, MapTime? Time) _time, _formerTime;
    private (string? Text, MapTime? Date) _date;

    internal EvalContext(MapSettings settings, Message message, OrderGroups groups, DateTimeOffset now, MapSink sink, int locals,
        RunTrace? trace)
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

    public MapSettings Settings { get; }

    public Message Message { get; }

    /// <summary>Time of receipt; the only clock that a map has, so that results repeat.</summary>
    public DateTimeOffset Now { get; }

    internal MapSink Sink { get; private set; }

    internal RunTrace? Trace { get; }

    internal RuleFailure? Failure { get; set; }

    /// <summary>What a rule has taken in place of something better; null for nothing.</summary>
    internal StandIn? StandIn { get; set; }

    internal OrderGroups Groups { get; }

    /// <summary>The open group; -1 = none.</summary>
    internal int Group { get; private set; } = -1;

    /// <summary>The IPC of the run; one that does not exist means the first of the group.</summary>
    internal Segment Ipc { get; private set; }

    /// <summary>The TQ1 that belongs to the step; one that does not exist means the first of the group.</summary>
    internal Segment Tq1 { get; private set; }

    /// <summary>Segments of the open patient: from its PID to the next one, or the whole message.</summary>
    internal int PatientStart { get; private set; }

    internal int PatientEnd { get; private set; }

    /// <summary>
    /// Items that <c>each</c> gave a name, their numbers, and items of lists that child rules write into; slots are given at load.
    /// </summary>
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
    internal DomainState? State { get; private set; }

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

    /// <summary>Where functions write FHIR elements before they take them as values.</summary>
    public JsonText Json => _json ??= new JsonText();

    /// <summary>
    /// Authority of ids that come without one: the policy <c>defaultAuthority</c>, else the sending facility (MSH-4); looked up once.
    /// </summary>
    internal string? DefaultNamespace => _defaultNamespace ??= Settings.Policy.DefaultAuthority ?? SendingFacility;

    private string? SendingFacility => Message.Segment("MSH").Field(4).Component(1).Text is { Length: > 0 } text
        && IdCharacters.Normalize(text) is { Length: > 0 } name ? name : null;

    /// <summary>Adds a warning of the form <c>code text</c>, such as <c>truncated 00401002 71 -> 64</c>.</summary>
    public void Warn(string code, string? text = null, MapValue culprit = default) =>
        Sink.Warn(text is null ? code : $"{code} {text}", culprit.Origin);

    /// <summary>
    /// Ends the rule with an error of table 0357; the location is that of <paramref name="culprit"/>, else of the first path of the rule.
    /// </summary>
    public MapValue Fail(int code, string? text = null, MapValue culprit = default)
    {
        Failure ??= new RuleFailure(code, text, culprit);
        return MapValue.Absent;
    }

    /// <summary>
    /// Ends the rule with a warning of table 0357 and without a value: what is stored stays, as only <c>""</c> deletes (HL7 v2.5.1 2.5.3).
    /// </summary>
    public MapValue Leave(int code, string? text = null, MapValue culprit = default)
    {
        Failure ??= new RuleFailure(code, text, culprit, Severity.Warning);
        return MapValue.Absent;
    }

    /// <summary>Next number of a sequence; in preview and explain a placeholder such as <c>&lt;sequence:accession&gt;</c>.</summary>
    public string NextNumber(string sequence) => Sink.NextNumber(sequence);

    /// <summary>
    /// Looks a key up and counts the miss, so that the site sees which rows its table lacks; in a trace the hit is noted.
    /// </summary>
    public MapTableRow? Look(MapTable table, string key)
    {
        var row = table.Find(key);
        if (row is null) Sink.CountMiss(table.Name, key);
        Trace?.Look(table, key, row);
        return row;
    }

    /// <summary>
    /// A cell of the catalogue; null when the code or the column is not there or the cell is empty. In a trace the row is noted.
    /// </summary>
    public string? LookUp(string code, string column)
    {
        var row = Settings.Catalogue.Find(code);
        Trace?.LookUp(code, row, column);
        return row?.Cells.GetValueOrDefault(column);
    }

    /// <summary>
    /// Reads an HL7 time and finds its zone (see <see cref="MapTimes"/>); null when it is no time. <paramref name="zone"/> overrides the
    /// sender's zone.
    /// </summary>
    public MapTime? ReadTime(string? text, TimeZoneInfo? zone = null)
    {
        // Dates and times of one field stand in several attributes; a warning counts once in any case.
        if (text is null) return null;
        if (text == _time.Text && zone == _time.Zone) return _time.Time;
        if (text != _formerTime.Text || zone != _formerTime.Zone) _formerTime = (text, zone, MapTimes.Read(this, text, zone));
        (_time, _formerTime) = (_formerTime, _time);
        return _time.Time;
    }

    /// <summary>
    /// Reads the date of an HL7 time, as precise as it is given; null when it is none. The same date stands in several places.
    /// </summary>
    public MapTime? ReadDate(string? text)
    {
        if (text != _date.Text) _date = (text, MapTimes.ReadDate(text));
        return _date.Date;
    }

    /// <summary>Local date and time of the site; date and time of one field are two attributes.</summary>
    internal DateTime LocalOf(MapTime time)
    {
        if (!ReferenceEquals(_local.Time, time)) _local = (time, time.Local(Settings.SiteZone));
        return _local.Local;
    }

    /// <summary>The fields of a segment, by an index that is made at the first question to it.</summary>
    internal FieldIndex FieldsOf(in Segment segment)
    {
        var index = segment.Index;
        return index < 0 ? FieldIndex.None : _fields[index] ??= new FieldIndex(segment);
    }

    /// <summary>
    /// The fields of the one segment that a path finds at a place (<see cref="SegmentPlaces"/>); null = not looked for yet.
    /// </summary>
    internal ref FieldIndex? FieldsAt(int place) => ref _places[place];

    /// <summary>The first segment of a name in the message, looked for once.</summary>
    internal Segment FirstSegment(int slot, string id)
    {
        if (SegmentPlaces.OfMessage(slot) >= _places.Length) return Message.Segment(id);
        ref var fields = ref _places[SegmentPlaces.OfMessage(slot)];
        return (fields ??= FieldsOf(Message.Segment(id))).Segment;
    }

    internal void OpenGroup(int number, Segment ipc, Segment tq1)
    {
        if (number == Group && ipc.Index == Ipc.Index && tq1.Index == Tq1.Index) return;
        (Group, Ipc, Tq1) = (number, ipc, tq1);
        SegmentPlaces.ClearGroup(_places);
    }

    /// <summary>Opens the segments of one patient.</summary>
    internal void OpenPatient(int start, int end)
    {
        if (start == PatientStart && end == PatientEnd) return;
        (PatientStart, PatientEnd) = (start, end);
        SegmentPlaces.ClearPatient(_places);
    }

    /// <summary>The one segment of a kind that the open group goes by.</summary>
    internal Segment SegmentOf(OrderSegment kind)
    {
        if (Group < 0) return default;
        if (_places[SegmentPlaces.OfOrder(kind)] is { } known) return known.Segment;
        var group = Groups[Group];
        return kind switch
        {
            OrderSegment.Orc => group.Orc,
            OrderSegment.Obr => group.Obr,
            OrderSegment.Zds => group.StudyZds,
            OrderSegment.Ipc => Ipc.Exists ? Ipc : group.Ipc[0],
            _ => Tq1.Exists ? Tq1 : group.Tq1[0],
        };
    }

    /// <summary>What a wider run has written, for <c>$out</c>.</summary>
    internal MapOutput? OutputOf(RunLevel level) => _runs[(int)level].Output;

    /// <summary>Opens a run: its output and its variables.</summary>
    internal OpenRun Open(RunLevel level, MapOutput output, MapValue[] variables)
    {
        Output = output;
        return _runs[(int)level] = new OpenRun(output, variables);
    }

    /// <summary>Makes what a finished wider run wrote readable again.</summary>
    internal void Recall(RunLevel level, OpenRun run) => _runs[(int)level] = run;

    /// <summary>The runs that are open, down to a level.</summary>
    internal OpenRun[] RunsDownTo(RunLevel level) => _runs.AsSpan(0, (int)level + 1).ToArray();

    /// <summary>Opens such runs again; with <paramref name="setsVariables"/> the innermost gets variables of its own.</summary>
    internal void Recall(ReadOnlySpan<OpenRun> runs, bool setsVariables)
    {
        runs.CopyTo(_runs);
        if (!setsVariables) return;
        ref var last = ref _runs[runs.Length - 1];
        last = last with { Variables = [.. last.Variables ?? []] };
    }

    /// <summary>Opens the second phase of a run: new output, while <c>$out</c> still reads that of the first.</summary>
    internal void OpenSecond(MapOutput output, DomainState state)
    {
        Sink = _secondSink ??= new MapSink(static name => $"<sequence:{name}>");
        Sink.Clear();
        (Output, State) = (output, state);
        (Failure, _turns) = (null, 0);
    }

    internal MapValue[] VariablesOf(RunLevel level) => _runs[(int)level].Variables ?? [];

    internal ref MapValue Variable(RunLevel level, int slot) => ref _runs[(int)level].Variables![slot];

    /// <summary>Counts the turns of all loops of this message; false when there are too many.</summary>
    internal bool CountTurn() => ++_turns <= MaxTurns;
}

/// <summary>What one run writes: its output and its variables.</summary>
internal readonly record struct OpenRun(MapOutput? Output, MapValue[]? Variables);

/// <summary>The segments that an order group has one of, or goes by the first.</summary>
internal enum OrderSegment { Orc, Obr, Zds, Ipc, Tq1 }
