using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Store.Workspaces;

/// <summary>
/// The rows that a batch of messages works on, in memory: loaded before, saved after, found by their keys at any time in between, also
/// when a key was set a moment ago. Used by one task at a time. A workspace made with <c>new</c> is an empty store of its own.
/// </summary>
/// <remarks>
/// A savepoint remembers rows when they are taken from the workspace, so take them from the workspace after <see cref="Begin"/>, not from
/// before. With a database behind it, a look-up by a key that was not among the <see cref="WorkspaceKeys"/> throws: its rows were neither
/// read nor locked.
/// </remarks>
public sealed partial class Workspace
{
    private readonly IdSource _ids;
    private readonly INumberSource _numbers;
    private readonly WorkspaceKeys? _declared; // null: everything there is, is here
    private readonly Dictionary<Guid, Row> _rows = [];
    private readonly Dictionary<RowKey, List<Row>> _index = [];

    /// <summary>Rows whose keys are not in the index as they are now.</summary>
    private readonly HashSet<Row> _withNewKeys = [];

    /// <summary>Patients that the message in hand may change: their identifiers are a plain list that tells nobody.</summary>
    private readonly HashSet<PatientRow> _patientsInUse = [];
    private readonly Action<Row> _keysChanged;
    private readonly List<Action> _undo = [];
    private readonly Stack<Savepoint> _savepoints = new();

    /// <summary>An empty store in memory.</summary>
    public Workspace(IdSource ids, Guid? installationNamespace = null)
        : this(ids, new CountingNumbers(), installationNamespace ?? new Guid("6f1f2a3e-6a0c-4c5e-9b0e-3f1d5f0b7a11"), declared: null)
    {
    }

    internal Workspace(IdSource ids, INumberSource numbers, Guid installationNamespace, WorkspaceKeys? declared)
    {
        _ids = ids;
        _numbers = numbers;
        _declared = declared;
        // Keys of a procedure find its order.
        _keysChanged = row => _withNewKeys.Add(
            row is ProcedureRow procedure && Peek<OrderRow>(procedure.OrderId) is { } order ? order : row);
        InstallationNamespace = installationNamespace;
    }

    /// <summary>UUID made once per installation; namespace of derived ids and UIDs.</summary>
    public Guid InstallationNamespace { get; }

    /// <summary>All rows that were loaded or made.</summary>
    public IEnumerable<Row> Rows => _rows.Values;

    /// <summary>Rows that are new or changed since they were loaded or since <see cref="AcceptChanges"/>.</summary>
    public IEnumerable<Row> Changed => _rows.Values.Where(static row => row.State != RowState.Unchanged);

    /// <summary>The next number of a sequence, in decimal; numbers of messages that are taken back are lost, which leaves gaps.</summary>
    /// <exception cref="NumbersExhaustedException">None is in hand: the batch is to be done again, as its loading refills them.</exception>
    public string NextNumber(string sequence) => _numbers.Next(sequence);

    /// <summary>Starts the changes of one message.</summary>
    public Savepoint Begin()
    {
        var savepoint = new Savepoint(this, _undo.Count);
        _savepoints.Push(savepoint);
        return savepoint;
    }

    /// <summary>Declares all rows saved.</summary>
    public void AcceptChanges()
    {
        if (_savepoints.Count > 0) throw new InvalidOperationException("A savepoint is open.");
        foreach (var row in Changed) row.State = RowState.Unchanged;
        AcceptMessages();
        EndUse();
    }

    internal void End(Savepoint savepoint, bool keep)
    {
        if (_savepoints.Peek() != savepoint) throw new InvalidOperationException("An inner savepoint is still open.");
        _savepoints.Pop();
        if (!keep)
        {
            for (var i = _undo.Count - 1; i >= savepoint.Mark; i--) _undo[i]();
            _undo.RemoveRange(savepoint.Mark, _undo.Count - savepoint.Mark);
        }
        else if (_savepoints.TryPeek(out var outer))
        {
            foreach (var (row, revision) in savepoint.Seen) outer.Seen.TryAdd(row, revision);
        }

        if (_savepoints.Count > 0) return;
        _undo.Clear();
        EndUse();
    }

    private void EndUse()
    {
        _withNewKeys.UnionWith(_patientsInUse);
        _patientsInUse.Clear();
    }

    /// <summary>Keys that the batch has locked so far.</summary>
    internal int LockCount { get; set; }

    /// <summary>Of which revision the parameters of the site are, by which resources are indexed until the transaction ends.</summary>
    internal long ParameterRevision { get; set; }

    /// <summary>No change of the batch touches patients or visits: their resources are not at hand.</summary>
    internal bool KeepsPatients { get; init; }

    /// <summary>Whether all of these have been locked and read.</summary>
    public bool Declares(WorkspaceKeys keys) => _declared is null || keys.IsWithin(_declared);

    internal void DeclareMore(WorkspaceKeys keys) => _declared?.Add(keys);

    /// <summary>Puts a stored row in, as if it had always been there.</summary>
    /// <returns>False when the row was in already, which then stays as it is.</returns>
    internal bool Load(Row row)
    {
        if (!_rows.TryAdd(row.Id, row)) return false;
        Watch(row);
        return true;
    }

    /// <summary>A row as it stands, for those that only look: no savepoint remembers it.</summary>
    public TRow? Peek<TRow>(Guid id) where TRow : Row => _rows.TryGetValue(id, out var row) ? row as TRow : null;

    internal IEnumerable<TRow> All<TRow>() where TRow : Row => _rows.Values.OfType<TRow>();

    private TRow Add<TRow>(TRow row) where TRow : Row
    {
        row.State = RowState.New;
        _rows.Add(row.Id, row);
        Watch(row);
        if (row is PatientRow patient) _patientsInUse.Add(patient);
        if (_savepoints.TryPeek(out var savepoint))
        {
            savepoint.Seen.TryAdd(row, -1);
            _undo.Add(() => _rows.Remove(row.Id));
        }

        return row;
    }

    /// <summary>Prepares a row for a caller who may change it: an open savepoint remembers it as it is.</summary>
    private TRow Use<TRow>(TRow row) where TRow : Row
    {
        // Rows of a database are changed under a savepoint only; before, callers look.
        if (row is PatientRow patient && (_declared is null || _savepoints.Count > 0)) _patientsInUse.Add(patient);
        if (_savepoints.TryPeek(out var savepoint) && savepoint.Seen.TryAdd(row, row.Revision)) _undo.Add(row.Capture());
        if (row is OrderRow order)
        {
            foreach (var procedure in order.Procedures)
            {
                Use(procedure);
                foreach (var step in procedure.Steps) Use(step);
            }
        }

        return row;
    }

    private TRow? Use<TRow>(Guid id) where TRow : Row => _rows.TryGetValue(id, out var row) && row is TRow found ? Use(found) : null;

    /// <summary>All rows of a kind that have a key value; the caller compares authorities.</summary>
    private TRow[] FindByKey<TRow>(KeyKind kind, string value) where TRow : Row
    {
        // A caller may have set a key a moment ago.
        if (kind == KeyKind.PatientId) foreach (var patient in _patientsInUse) Index(patient);
        foreach (var row in _withNewKeys) Index(row);
        _withNewKeys.Clear();
        return _index.TryGetValue(new RowKey(kind, value), out var rows)
            ? rows.OfType<TRow>().Where(row => _rows.TryGetValue(row.Id, out var held) && ReferenceEquals(held, row)).ToArray()
            : [];
    }

    /// <summary>Indexes the row before the next look-up, and again whenever one of its keys is set.</summary>
    private void Watch(Row row)
    {
        row.KeysChanged = _keysChanged;
        _withNewKeys.Add(row);
    }

    /// <summary>Keys are only ever added; a row that no longer has one is left out by the comparison after the look-up.</summary>
    private void Index(Row row)
    {
        foreach (var key in RowKey.Of(row))
        {
            if (!_index.TryGetValue(key, out var rows)) _index.Add(key, rows = []);
            if (!rows.Contains(row)) rows.Add(row);
        }
    }

    private static void Declare<T>(HashSet<T>? declared, T value, string kind)
    {
        if (declared is not null && !declared.Contains(value))
            throw new InvalidOperationException(
                $"A {kind} was looked up that is not among the keys of the batch; declare it in WorkspaceKeys.");
    }
}
