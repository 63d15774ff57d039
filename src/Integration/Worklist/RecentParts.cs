namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The latest published data of recently changed patients or visits: as many as can be on their way at the same time, and more. Guarded by
/// its owner.
/// </summary>
internal sealed class RecentParts<T>
    where T : class
{
    private const int Kept = 16 * 1024;
    private readonly Dictionary<Guid, T> parts = [];
    private readonly Queue<Guid> order = new();

    public T? Find(Guid id) => parts.GetValueOrDefault(id);

    /// <summary>Keeps the newer one.</summary>
    public void Put(Guid id, T part, Func<T, T, bool> isNewer)
    {
        if (parts.TryGetValue(id, out var held))
        {
            if (isNewer(part, held)) parts[id] = part;
            return;
        }

        if (order.Count == Kept) parts.Remove(order.Dequeue());
        order.Enqueue(id);
        parts.Add(id, part);
    }
}
