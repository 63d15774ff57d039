namespace CloudPacs.Store;

/// <summary>What saving a workspace must do with a row.</summary>
public enum RowState { Unchanged, Changed, New }

/// <summary>A row of the domain that a batch has read or made; set-based saving looks at <see cref="State"/> only.</summary>
public abstract class Row(Guid id)
{
    private RowState _state;

    public Guid Id { get; } = id;

    /// <summary>The id in words, as resources are named by it.</summary>
    public string IdText => field ??= Id.ToString();

    public RowState State
    {
        get => _state;
        set
        {
            _state = value;
            Revision++;
        }
    }

    /// <summary>Grows with every change of state and every touch, so that a savepoint can tell what was changed since.</summary>
    internal int Revision { get; private set; }

    /// <summary>Set by the workspace that holds the row: called after a key was set under which the row is found.</summary>
    internal Action<Row>? KeysChanged { get; set; }

    /// <summary>Marks the row for saving; a new row stays new.</summary>
    public void Touch() => State = State == RowState.Unchanged ? RowState.Changed : State;

    /// <summary>Remembers the row as it is; the action brings that back.</summary>
    internal Action Capture()
    {
        var state = State;
        var restore = CaptureValues();
        return () =>
        {
            restore();
            _state = state;
        };
    }

    private protected abstract Action CaptureValues();

    private protected void SetKey<T>(ref T key, T value)
    {
        key = value;
        KeysChanged?.Invoke(this);
    }
}
