namespace CloudPacs.Store.Workspaces;

/// <summary>
/// The changes of one message in a <see cref="Workspace"/>: disposed without <see cref="Keep"/>, they are all taken back. May be nested
/// (order groups inside a message); the inner one ends first.
/// </summary>
public sealed class Savepoint : IDisposable
{
    private readonly Workspace _workspace;
    private bool _ended;

    internal Savepoint(Workspace workspace, int mark)
    {
        _workspace = workspace;
        Mark = mark;
    }

    internal int Mark { get; }

    /// <summary>Rows taken out or added since the start, with their revision then (-1 = added).</summary>
    internal Dictionary<Row, int> Seen { get; } = [];

    /// <summary>Rows that were added or touched since the start of this savepoint.</summary>
    public IEnumerable<Row> Changed => Seen.Where(static seen => seen.Key.Revision != seen.Value).Select(static seen => seen.Key);

    /// <summary>Makes the changes part of what surrounds the savepoint.</summary>
    public void Keep() => End(keep: true);

    public void Dispose()
    {
        if (!_ended) End(keep: false);
    }

    private void End(bool keep)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _ended = true;
        _workspace.End(this, keep);
    }
}
