using CloudPacs.Store.Orders;

namespace CloudPacs.Store.Workspaces;

/// <summary>
/// The rows that a batch of messages works on, in memory: loaded before, saved after, found by their keys at any time in between, also
/// when a key was set a moment ago. Used by one task at a time. A workspace made with <c>new</c> is an empty store of its own.
/// </summary>
/// <remarks>
/// Rows are captured when they are handed out, so take them from the workspace after <see cref="Begin"/>, not from before. With a database
/// behind it, a look-up by a key that was not among the <see cref="WorkspaceKeys"/> throws: its rows were neither read nor locked.
/// </remarks>
public sealed partial class Workspace
{
    private readonly IdSource _ids;
    private readonly INumberSource _numbers;
    private readonly WorkspaceKeys? _declared; // null: everything there is, is here
    private readonly Dictionary<Guid, Row> _rows = [];
    private readonly Dictionary<RowKey, List<Row>> _index = [];
    private readonly HashSet<Row> _handedOut = [];
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
        InstallationNamespace = installationNamespace;
    }

    /// <summary>UUID made once per installation; namespace of derived ids and UIDs.</summary>
    public Guid InstallationNamespace { get; }

    /// <summary>All rows that were loaded or made.</summary>
    public IEnumerable<Row> Rows => _rows.Values;

    /// <summary>Rows that are new or changed since they were loaded or since <see cref="AcceptChanges"/>.</summary>
    public IEnumerable<Row> Changed => _rows.Values.Where(static row => row.State != RowState.Unchanged);

    /// <summary>The next number of a sequence, in decimal; numbers of messages that are taken back are lost, which leaves gaps.</summary>
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
        Settle();
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
        Settle();
    }

    internal void DeclareMore(WorkspaceKeys keys) => _declared?.Add(keys);

    /// <summary>Puts a stored row in, as if it had always been there.</summary>
    /// <returns>False when the row was in already, which then stays as it is.</returns>
    internal bool Load(Row row)
    {
        if (!_rows.TryAdd(row.Id, row)) return false;
        Index(row);
        return true;
    }

    /// <summary>Indexes a loaded row again after its parts were put in.</summary>
    internal void Reindex(Row row) => Index(row);

    /// <summary>A row without handing it out.</summary>
    internal TRow? Peek<TRow>(Guid id) where TRow : Row => _rows.TryGetValue(id, out var row) ? row as TRow : null;

    internal IEnumerable<TRow> All<TRow>() where TRow : Row => _rows.Values.OfType<TRow>();

    private TRow Add<TRow>(TRow row) where TRow : Row
    {
        row.State = RowState.New;
        _rows.Add(row.Id, row);
        _handedOut.Add(row);
        if (_savepoints.TryPeek(out var savepoint))
        {
            savepoint.Seen.TryAdd(row, -1);
            _undo.Add(() => _rows.Remove(row.Id));
        }

        return row;
    }

    /// <summary>Gives a row to the caller, who may change it.</summary>
    private TRow Hand<TRow>(TRow row) where TRow : Row
    {
        _handedOut.Add(row);
        if (_savepoints.TryPeek(out var savepoint) && savepoint.Seen.TryAdd(row, row.Revision)) _undo.Add(row.Capture());
        if (row is OrderRow order)
        {
            foreach (var procedure in order.Procedures)
            {
                Hand(procedure);
                foreach (var step in procedure.Steps) Hand(step);
            }
        }

        return row;
    }

    private TRow? Hand<TRow>(Guid id) where TRow : Row => _rows.TryGetValue(id, out var row) && row is TRow found ? Hand(found) : null;

    /// <summary>All rows of a kind that stand under a key value; the caller compares authorities.</summary>
    private List<TRow> Under<TRow>(KeyKind kind, string value) where TRow : Row
    {
        // A caller may have set a key of a row that it holds; those few are indexed again before every look-up.
        foreach (var row in _handedOut) Index(row);
        return _index.TryGetValue(new RowKey(kind, value), out var rows)
            ? rows.OfType<TRow>().Where(row => _rows.TryGetValue(row.Id, out var held) && ReferenceEquals(held, row)).ToList()
            : [];
    }

    private void Settle()
    {
        foreach (var row in _handedOut) Index(row);
        _handedOut.Clear();
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

    private static void Declare(HashSet<string>? declared, string value, string kind)
    {
        if (declared is not null && !declared.Contains(value))
            throw new InvalidOperationException($"A {kind} was looked up that is not among the keys of the batch; declare it in WorkspaceKeys.");
    }
}
