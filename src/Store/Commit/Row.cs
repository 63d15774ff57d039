namespace CloudPacs.Store.Commit;

/// <summary>What saving a workspace must do with a row.</summary>
public enum RowState { Unchanged, Changed, New }

/// <summary>A row of the domain that a batch has read or made; set-based saving looks at <see cref="State"/> only.</summary>
public abstract class Row(Guid id)
{
    public Guid Id { get; } = id;

    public RowState State { get; set; }

    /// <summary>Marks the row for saving; a new row stays new.</summary>
    public void Touch()
    {
        if (State == RowState.Unchanged) State = RowState.Changed;
    }
}
