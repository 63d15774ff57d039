namespace CloudPacs.Worklist;

/// <summary>
/// The latest published data of recently changed patients or visits: as many as can be on their way at the same time, and more. Guarded by
/// its owner.
/// </summary>
internal sealed class RecentParts<T>
    where T : class
{
    private const int Kept = 16 * 1024;
    private readonly Dictionary<Guid, T> _parts = [];
    private readonly Queue<Guid> _order = new();

    public T? Find(Guid id) => _parts.GetValueOrDefault(id);

    /// <summary>Keeps the newer one.</summary>
    public void Put(Guid id, T part, Func<T, T, bool> isNewer)
    {
        if (_parts.TryGetValue(id, out var held))
        {
            if (isNewer(part, held)) _parts[id] = part;
            return;
        }

        if (_order.Count == Kept) _parts.Remove(_order.Dequeue());
        _order.Enqueue(id);
        _parts.Add(id, part);
    }
}
