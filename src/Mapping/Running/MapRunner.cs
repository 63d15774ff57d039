using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Maps one message in the first phase: runs the rules of each level where they belong, and groups orders into procedures and steps.
/// </summary>
internal sealed class MapRunner
{
    /// <summary>As many as a procedure has as a rule; the others have about half of it.</summary>
    private const int MostAttributes = 28;

    private readonly CompiledMaps _maps;
    private readonly Message _message;
    private readonly OrderGroups _groups;
    private readonly MapSink _sink;
    private readonly EvalContext _context;
    private readonly MappedMessage _mapped;
    private int[]? _runs;
    private readonly List<int> _pids = [];
    private readonly List<(int Pid, OpenRun Run)> _patients = [];

    /// <param name="maps">The rules; their traced form when there is a trace.</param>
    /// <param name="version">Of the maps.</param>
    /// <param name="message">As it was meant (<see cref="FieldReview"/>).</param>
    /// <param name="found">What was wrong with it.</param>
    /// <param name="now">Time of receipt.</param>
    /// <param name="nextNumber">Gives the numbers of sequences.</param>
    /// <param name="trace">Is told of what the rules do; null as a rule.</param>
    public MapRunner(CompiledMaps maps, string version, Message message, IEnumerable<Problem> found, DateTimeOffset now,
        Func<string, string> nextNumber, RunTrace? trace)
    {
        _maps = maps;
        _mapped = new MappedMessage { MapVersion = version, Deletions = trace?.Found };
        _mapped.Problems.AddRange(found);
        _message = message = message.Keeping();
        _groups = new OrderGroups(message);
        _sink = new MapSink(nextNumber);
        _context = new EvalContext(maps.Settings, message, _groups, now, _sink, maps.Locals, trace);
    }

    public MappedMessage Run()
    {
        foreach (var pid in _message.Segments("PID")) _pids.Add(pid.Index);
        Open(RunLevel.Message, MapOutput.None, _mapped.Problems);
        RunPatients();
        RunAppointment();
        RunGroups();
        if (_sink.WarningCount > 0) AddWarnings();
        if (_sink.Misses.Count > 0) _mapped.Misses.AddRange(_sink.Misses);
        return _mapped;
    }

    /// <summary>
    /// Adds the warnings as words and as problems. Where a rule has said what is wrong with a value in words of its own, a warning of the
    /// same says nothing more.
    /// </summary>
    private void AddWarnings()
    {
        _mapped.Warnings.AddRange(_sink.Warnings.Select(static warning => warning.Text).Distinct());
        foreach (var problem in _sink.WarningProblems())
        {
            if (problem.Location is null || !IsTold(problem)) _mapped.Problems.Add(problem);
        }
    }

    private bool IsTold(Problem warning) =>
        Has(warning, _mapped.Problems) || _mapped.Patients.Exists(patient => Has(warning, patient.Problems))
        || _mapped.Groups.Exists(group => Has(warning, group.Problems))
        || _mapped.Reports.Exists(report => Has(warning, report.Problems))
        || _mapped.Procedures.Exists(procedure =>
            Has(warning, procedure.Problems) || procedure.Steps.Exists(step => Has(warning, step.Problems)));

    private static bool Has(Problem warning, List<Problem> problems)
    {
        foreach (var problem in problems)
        {
            if (problem.Code == warning.Code && problem.Location == warning.Location) return true;
        }

        return false;
    }

    private OpenRun Open(RunLevel level, MapOutput output, List<Problem> problems, MapScope? scope = null)
    {
        var run = _context.Open(level, output, _maps.NewVariables(level));
        _sink.Open(problems);
        _context.Trace?.Open(level, $"{level.Word()} {++(_runs ??= new int[RunLevels.Count])[(int)level]}");
        _maps.First[(int)level].Run(_context);
        scope?.Keep();
        return run;
    }

    private void RunPatients()
    {
        // An order message speaks of the patients of its orders; a PID of earlier results is no patient of its own.
        foreach (var pid in _groups.Count == 0 || _pids.Count < 2 ? _pids : PidsOfGroups())
        {
            OpenPatient(pid);
            var patient = new DataSet(MostAttributes / 2);
            var visit = new DataSet(MostAttributes / 2);
            var scope = new MapScope(_maps, RunLevel.Patient, _context);
            var mapped = new MappedPatient
            {
                PatientAttributes = patient, VisitAttributes = visit,
                PidOccurrence = _message[pid].Occurrence, Scope = scope
            };
            var output = new MapOutput { Attributes = patient, VisitAttributes = visit, Command = mapped };
            _patients.Add((pid, Open(RunLevel.Patient, output, mapped.Problems, scope)));
            mapped.StandIns = output.StandIns;
            _mapped.Patients.Add(mapped);
        }
    }

    private List<int> PidsOfGroups()
    {
        List<int> pids = [];
        for (var number = 0; number < _groups.Count; number++)
        {
            if (_groups[number].Pid is { Exists: true } pid && !pids.Contains(pid.Index)) pids.Add(pid.Index);
        }

        return pids;
    }

    private void OpenPatient(int pid)
    {
        if (_pids.Count < 2)
        {
            _context.OpenPatient(0, int.MaxValue);
            return;
        }

        var next = _pids.IndexOf(pid) + 1;
        _context.OpenPatient(next == 1 ? 0 : pid, next < _pids.Count ? _pids[next] : _message.SegmentCount);
    }

    private void RunAppointment()
    {
        if (!_message.Segment("SCH").Exists) return;
        var attributes = new DataSet();
        var scope = new MapScope(_maps, RunLevel.Appointment, _context);
        _mapped.Appointment = new MappedAppointment { Attributes = attributes, Scope = scope };
        Open(RunLevel.Appointment, new MapOutput { Attributes = attributes, Command = _mapped.Appointment }, _mapped.Problems, scope);
    }

    private void RunGroups()
    {
        List<GroupEntry> entries = [];
        for (var number = 0; number < _groups.Count; number++)
        {
            var group = _groups[number];
            var ipcs = group.Ipc;
            var count = Math.Max(1, ipcs.Count);
            for (var i = 0; i < count; i++) entries.Add(RunGroup(group, ipcs[i], TimingOf(group, i, ipcs.Count)));
        }

        if (ReportRuns.IsReport(_message))
        {
            // Its orders were placed by others: only their numbers count.
            new ReportRuns(_maps, _message, _groups, _context, _mapped).RunAll(
                number => OpenReport(number, entries), (level, output, problems, scope) => Open(level, output, problems, scope));
            return;
        }

        if (entries.Count == 0) return;
        Unshare(entries);
        foreach (var procedure in ProcedureGrouping.Group(entries)) RunProcedure(procedure);
    }

    /// <summary>Rule 6: several TQ1 with different starts pair with the IPCs by position; else the first counts.</summary>
    private Segment TimingOf(OrderGroup group, int ipc, int ipcCount)
    {
        var timings = group.Tq1;
        if (timings.Count < 2) return default;
        var first = timings[0].Field(7).Text;
        var differ = false;
        foreach (var timing in timings) differ |= timing.Field(7).Text != first;
        if (!differ) return default;
        if (timings.Count == ipcCount) return timings[ipc];
        _context.Warn("several-timings", "the first TQ1 is used");
        return default;
    }

    private GroupEntry RunGroup(OrderGroup group, Segment ipc, Segment timing)
    {
        OpenGroup(group.Number, ipc, timing);
        var mapped = new MappedGroup
        {
            OrcOccurrence = group.Orc.Occurrence,
            ObrOccurrence = group.Obr.Occurrence,
            IpcOccurrence = ipc.Occurrence,
            GroupIndex = group.Number,
        };
        var output = new MapOutput { Command = mapped };
        var run = Open(RunLevel.Group, output, mapped.Problems);
        if (_maps.Settings.Policy.Mode is { } mode) mapped.IsFillerFeed = mode == "filler-feed";
        _mapped.Groups.Add(mapped);
        return new GroupEntry(mapped, group.Number, ipc, timing, run);
    }

    /// <summary>Opens a group, and with it the patient that it belongs to.</summary>
    private void OpenGroup(int number, Segment ipc, Segment timing)
    {
        _context.OpenGroup(number, ipc, timing);
        var pid = _groups[number].Pid.Index;
        foreach (var (known, run) in _patients)
        {
            if (known != pid) continue;
            OpenPatient(pid);
            _context.Recall(RunLevel.Patient, run);
            return;
        }
    }

    /// <summary>Opens a group, or a part of one, with the numbers that its order group gave.</summary>
    private void OpenReport(int number, List<GroupEntry> entries)
    {
        OpenGroup(number, default, default);
        var obr = _groups[number].Obr.Index;
        foreach (var entry in entries)
        {
            if (_groups[entry.Index].Obr.Index == obr) _context.Recall(RunLevel.Group, entry.Run);
        }
    }

    private void Unshare(List<GroupEntry> entries)
    {
        var shared = _groups.SharedZds.Field(1).Text;
        if (ProcedureGrouping.UnshareZds(entries, shared, _maps.Settings.Policy.ShareUid))
            _context.Warn("zds-shared", "the Study Instance UID goes to the first accession number");
    }

    private void RunProcedure(ProcedureGrouping.Procedure grouped)
    {
        var first = grouped.Entries[0];
        Reopen(first);
        var attributes = new DataSet(MostAttributes);
        var scope = new MapScope(_maps, RunLevel.Procedure, _context);
        var procedure = new MappedProcedure { First = first.Group, Attributes = attributes, Scope = scope };
        var output = new MapOutput { Attributes = attributes };
        var run = Open(RunLevel.Procedure, output, procedure.Problems, scope);
        procedure.StandIns = output.StandIns;
        // The UID that a shared ZDS gave away is not that of this procedure.
        if (first.Group.StudyInstanceUid is null) attributes.Remove(Tags.StudyInstanceUid);
        foreach (var entries in grouped.Steps) procedure.Steps.Add(RunStep(entries, run));
        _mapped.Procedures.Add(procedure);
    }

    private MappedStep RunStep(List<GroupEntry> entries, OpenRun procedure)
    {
        MappedStep? first = null;
        foreach (var entry in entries)
        {
            Reopen(entry);
            _context.Recall(RunLevel.Procedure, procedure);
            var attributes = new DataSet(MostAttributes / 2);
            var scope = new MapScope(_maps, RunLevel.Step, _context);
            var step = new MappedStep { Group = entry.Group, Attributes = attributes, Scope = scope };
            var output = new MapOutput { Attributes = attributes, Command = step };
            Open(RunLevel.Step, output, step.Problems, scope);
            step.StandIns = output.StandIns;
            if (first is null) first = step;
            else AddProtocolCodes(first.Attributes, attributes);
        }

        return first ?? throw new InvalidOperationException("A step has at least one order group.");
    }

    private void Reopen(GroupEntry entry)
    {
        OpenGroup(entry.Index, entry.Ipc, entry.Tq1);
        _context.Recall(RunLevel.Group, entry.Run);
    }

    /// <summary>Rule 2: a further group with the same step id adds its protocol codes to the step.</summary>
    private static void AddProtocolCodes(DataSet step, DataSet more)
    {
        var tag = Tags.ScheduledProtocolCodeSequence;
        var known = step.GetItems(tag).Select(item => item.GetString(Tags.CodeValue)).ToHashSet();
        foreach (var item in more.GetItems(tag))
        {
            if (known.Add(item.GetString(Tags.CodeValue))) MapOutput.Append(step, tag, item);
        }
    }
}
