namespace CloudPacs.Archive.Packs;

/// <summary>Packs for instances that are written while they come: each has one writer at a time, and room for more afterwards.</summary>
internal sealed class StreamPool(PackKeeper keeper)
{
    /// <summary>Packs that may wait for their next instance; more are sealed, however small.</summary>
    private const int MostIdle = 8;
    private readonly Lock _gate = new();
    private readonly Stack<PackFile> _idle = new();

    public PackFile Take(bool own)
    {
        lock (_gate)
            if (!own && _idle.TryPop(out var pack)) return pack;
        return keeper.Make();
    }

    /// <param name="isEnded">Whether nothing more may come into it.</param>
    public void Return(PackFile pack, bool isEnded)
    {
        lock (_gate)
        {
            if (!isEnded && pack.Length < keeper.Options.PackBytes && _idle.Count < MostIdle)
            {
                _idle.Push(pack);
                return;
            }
        }

        keeper.End(pack);
    }

    /// <summary>Ends the packs that nobody writes.</summary>
    public void Roll()
    {
        lock (_gate)
            while (_idle.TryPop(out var pack)) keeper.End(pack);
    }
}
