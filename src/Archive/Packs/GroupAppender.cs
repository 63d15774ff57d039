namespace CloudPacs.Archive.Packs;

/// <summary>
/// Appends small instances of all writers to one pack. Each write and sync takes what arrived while the last one ran. No timer: who comes
/// when nothing is written writes at once, on its own thread, so that a lone sender waits for the disk and for nobody else.
/// </summary>
internal sealed class GroupAppender(PackKeeper keeper)
{
    private const int MostRecords = 32;
    private const long MostBytes = 8 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly Queue<SmallRecord> _waiting = new();
    private readonly List<SmallRecord> _group = [];
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];
    private readonly List<PackEntry> _entries = [];
    private TaskCompletionSource? _rolled;
    private bool _isRunning;
    private PackFile? _pack;

    public Task<Place> AppendAsync(SmallRecord record)
    {
        lock (_gate)
        {
            _waiting.Enqueue(record);
            if (_isRunning) return record.Task;
            _isRunning = true;
        }

        WriteGroup();
        lock (_gate)
        {
            _isRunning = _waiting.Count > 0 || _rolled is not null;
            if (_isRunning) GoOn();
        }

        return record.Task;
    }

    /// <summary>Ends the pack that is written now; the next instance goes into another one.</summary>
    public Task RollAsync()
    {
        lock (_gate)
        {
            _rolled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_isRunning) GoOn();
            _isRunning = true;
            return _rolled.Task;
        }
    }

    private void GoOn() => ThreadPool.UnsafeQueueUserWorkItem(static appender => appender.Run(), this, preferLocal: false);

    private void Run()
    {
        for (var isRunning = true; isRunning;)
        {
            WriteGroup();
            lock (_gate) isRunning = _isRunning = _waiting.Count > 0 || _rolled is not null;
        }
    }

    private void WriteGroup()
    {
        TakeGroup();
        if (_group.Count == 0) return;
        try
        {
            Append();
        }
        catch (Exception e)
        {
            Fail(PackKeeper.IsOfDisk(e) ? keeper.Tell(e) : e);
        }
    }

    private void TakeGroup()
    {
        TaskCompletionSource? rolled;
        lock (_gate)
        {
            _group.Clear();
            for (var bytes = 0L; _group.Count < MostRecords && _waiting.TryPeek(out var next); bytes += next.Length)
            {
                if (_group.Count > 0 && bytes + next.Length > MostBytes) break;
                _group.Add(_waiting.Dequeue());
            }

            rolled = _rolled;
            _rolled = null;
        }

        if (rolled is null) return;
        if (_pack is not null) keeper.End(_pack);
        _pack = null;
        rolled.SetResult();
    }

    private void Append()
    {
        var pack = _pack ??= keeper.Make();
        var from = pack.Length;
        var end = from;
        var now = keeper.Time.GetUtcNow();
        _buffers.Clear();
        _entries.Clear();
        foreach (var record in _group)
        {
            _entries.Add(record.Store(end, pack.DataKey, now, _buffers));
            end = _entries[^1].End;
        }

        pack.Write(_buffers, from);
        keeper.Sync(pack);
        foreach (var entry in _entries) pack.Confirm(entry);
        ArchiveMetrics.Groups.Record(_group.Count);
        if (keeper.Store is { } store) _ = StoreAsync(store(pack, from, end), pack.Id);
        else for (var i = 0; i < _group.Count; i++) Finish(_group[i], PlaceOf(pack.Id, _entries[i]));
        if (pack.Length < keeper.Options.PackBytes) return;
        keeper.End(pack);
        _pack = null;
    }

    /// <summary>The group is told when the object store has it; the next groups do not wait for that.</summary>
    private Task StoreAsync(Task stored, Guid pack)
    {
        var group = _group.ToArray();
        var places = _entries.Select(entry => PlaceOf(pack, entry)).ToArray();
        return FinishAsync();

        async Task FinishAsync()
        {
            try
            {
                await stored.ConfigureAwait(false);
                for (var i = 0; i < group.Length; i++) Finish(group[i], places[i]);
            }
            catch (Exception e)
            {
                keeper.Disown(places);
                foreach (var record in group)
                {
                    record.Release();
                    record.TrySetException(e);
                }
            }
        }
    }

    private static Place PlaceOf(Guid pack, PackEntry entry) => new(pack, entry.Offset, entry.Header.ContentLength);

    private static void Finish(SmallRecord record, Place place)
    {
        record.Release();
        ArchiveMetrics.Instances.Add(1);
        ArchiveMetrics.Bytes.Add(record.Length);
        record.TrySetResult(place);
    }

    /// <summary>One failure is told to all of the group, and the pack is closed.</summary>
    private void Fail(Exception error)
    {
        if (_pack is not null) keeper.Drop(_pack);
        _pack = null;
        foreach (var record in _group)
        {
            record.Release();
            record.TrySetException(error);
        }
    }
}
