namespace CloudPacs.Store.Fhir;

/// <summary>How many bytes of resources all requests together have in memory, beside what each of them may have without asking.</summary>
/// <param name="most">So many.</param>
public sealed class ContentRoom(long most)
{
    private long _free = most;

    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0) return true;
        GiveBack(bytes);
        return false;
    }

    internal void GiveBack(long bytes) => Interlocked.Add(ref _free, bytes);
}

/// <summary>What one request has of the room: taken while resources are read, given back when it was answered.</summary>
/// <param name="room">The room of all.</param>
public sealed class ContentHold(ContentRoom room) : IDisposable
{
    /// <summary>A request has so much without asking, as nearly all have less, and takes as much at a time.</summary>
    public const long Step = 1024 * 1024;

    /// <summary>The most that one request has.</summary>
    public const long Most = 128 * Step;

    private readonly Lock _gate = new();
    private long _held, _taken;

    /// <summary>Counts what was read.</summary>
    /// <exception cref="NoRoomException">There is no room for it.</exception>
    public void Take(long bytes)
    {
        lock (_gate)
        {
            if (_held + bytes > Most) throw new NoRoomException(isOfOne: true);
            var missing = _held + bytes - Step - _taken;
            if (missing > 0)
            {
                missing = (missing + Step - 1) / Step * Step;
                if (!room.TryTake(missing)) throw new NoRoomException(isOfOne: false);
                _taken += missing;
            }

            _held += bytes;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            room.GiveBack(_taken);
            _taken = _held = 0;
        }
    }
}

/// <summary>Resources do not fit into the memory that there is for them.</summary>
/// <param name="isOfOne">One request asks for more than one may have; else all together do.</param>
public sealed class NoRoomException(bool isOfOne) : Exception(
    isOfOne ? $"One request has no more than {ContentHold.Most / ContentHold.Step} MB of resources." : "Other requests have all the room.")
{
    /// <summary>To try again later does not help.</summary>
    public bool IsOfOne => isOfOne;
}
