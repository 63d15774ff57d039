using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Objects;
using CloudPacs.Archive.Packs;
using CloudPacs.Archive.Upkeep;

namespace CloudPacs.Archive;

/// <summary>An archive of packs in a folder; with an object store the folder is its write-ahead log and its cache.</summary>
public sealed class PackArchive : IArchive
{
    private readonly PackFolder _folder;
    private readonly PackKeeper _keeper;
    private readonly PackReader _reader;
    private readonly DeadRecords _dead;
    private readonly GroupAppender _groups;
    private readonly StreamPool _streams;
    private readonly FarPacks? _far;
    private readonly Compaction _compaction;
    private readonly IRecordIndex _index;
    private readonly SemaphoreSlim _upkeep = new(1);

    private PackArchive(ArchiveOptions options, IRecordIndex index, TimeProvider time)
    {
        _index = index;
        _folder = new PackFolder(options.Folder, options.KeyRingFile is { } ring ? KeyRing.Read(ring) : null, time);
        _dead = new DeadRecords(_folder);
        _keeper = new PackKeeper(_folder, _dead, options, time);
        _groups = new GroupAppender(_keeper);
        _streams = new StreamPool(_keeper);
        if (options.ObjectStore is { } objects)
        {
            _far = new FarPacks(_folder, new S3Store(objects), objects, time);
            _keeper.Sealed = _far.Add;
            if (objects.AnswerWhen == Durability.There) _keeper.Store = _far.StoreRangeAsync;
        }

        _reader = new PackReader(_folder, _far);
        _compaction = new Compaction(_folder, _keeper, _reader, _dead, _far, index, Begin);
    }

    public RecoveryReport Recovered { get; private set; } = new(0, 0, 0, 0, 0);

    public ArchiveStatus Status => new(
        DiskFile.FreeBytes(_folder.Folder), _keeper.Options.ReserveBytes, _keeper.Suspect, _far?.Waiting ?? 0, _far?.Fault);

    /// <summary>Opens the archive of a folder; what a run left that did not end in order is settled with the index first.</summary>
    /// <exception cref="IOException">Another engine uses the folder, or its disk failed.</exception>
    /// <exception cref="InvalidDataException">The key ring is not one.</exception>
    public static async Task<PackArchive> OpenAsync(
        ArchiveOptions options, IRecordIndex index, TimeProvider time, CancellationToken cancellationToken)
    {
        var archive = new PackArchive(options, index, time);
        try
        {
            await archive.RecoverAsync(cancellationToken).ConfigureAwait(false);
            return archive;
        }
        catch
        {
            await archive.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public InstanceWriter Begin(ReadOnlySpan<byte> key, long expectedBytes = 0) => Begin(RecordIdentity.Of(key), expectedBytes);

    public async ValueTask<InstanceStream> OpenAsync(Place place, CancellationToken cancellationToken) =>
        await _reader.OpenAsync(place, cancellationToken).ConfigureAwait(false);

    public Task<RecordState> CheckAsync(Place place, bool readThrough, CancellationToken cancellationToken) =>
        _reader.CheckAsync(place, readThrough, cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<Place> places, CancellationToken cancellationToken) =>
        Task.Run(() => _dead.Add(places), cancellationToken);

    public Task EraseAsync(IReadOnlyCollection<Place> places, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        _dead.Add(places);
        if (places.Any(place => _folder.Open.Contains(place.Pack))) await RollAsync().ConfigureAwait(false);
        if (_far is not null)
        {
            // What was uploaded cannot be changed: it is written again without them.
            foreach (var pack in places.Select(static place => place.Pack).Distinct())
                await _compaction.EraseAsync(pack, cancellationToken).ConfigureAwait(false);
            return true;
        }

        foreach (var place in places) await EraseHereAsync(place, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public Task<int> SweepAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var count = 0;
        foreach (var pack in _reader.Sealed())
        {
            var orphans = await FindUnknownAsync(pack, writtenBefore, cancellationToken).ConfigureAwait(false);
            _dead.Add(orphans);
            count += orphans.Count;
        }

        return count;
    }, cancellationToken);

    public async Task<IReadOnlyList<Place>> FindUnknownAsync(Guid pack, CancellationToken cancellationToken) =>
        await FindUnknownAsync(pack, DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false);

    public Task<int> CompactAsync(CancellationToken cancellationToken) =>
        AloneAsync(() => _compaction.RunAsync(cancellationToken), cancellationToken);

    public async Task<IReadOnlyList<Place>> ScrubAsync(Guid pack, CancellationToken cancellationToken)
    {
        using var source = await _reader.TryOpenAsync(pack, cancellationToken).ConfigureAwait(false)
            ?? throw new ArchiveException(ArchiveFault.Missing, $"Pack {pack:N} is missing.");
        var bad = new List<Place>();
        foreach (var entry in await _compaction.NeededAsync(source, pack, cancellationToken).ConfigureAwait(false))
        {
            if (await PackScan.IsWholeAsync(source, entry, cancellationToken).ConfigureAwait(false)) continue;
            bad.Add(new Place(pack, entry.Offset, entry.Header.ContentLength));
        }

        return bad;
    }

    public async Task<IReadOnlyList<PackInfo>> ListPacksAsync(CancellationToken cancellationToken)
    {
        var packs = new List<PackInfo>();
        foreach (var pack in _reader.Sealed().OrderBy(static pack => pack.ToString("N"), StringComparer.Ordinal))
        {
            var length = await _reader.LengthOfAsync(pack, cancellationToken).ConfigureAwait(false);
            packs.Add(new PackInfo(pack, length, _dead.BytesOf(pack), _folder.Has(pack, FileNames.Sealed)));
        }

        return packs;
    }

    public Task<int> RewrapKeysAsync(CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var count = 0;
        foreach (var pack in _folder.RewrapKeys())
        {
            if (_far is not null) await _far.StoreKeyAsync(pack, cancellationToken).ConfigureAwait(false);
            count++;
        }

        return count;
    }, cancellationToken);

    /// <summary>Ends the packs that are written. Writers that are still open keep nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await RollAsync().ConfigureAwait(false);
        if (_far is not null) await _far.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
        _upkeep.Dispose();
    }

    private PackWriter Begin(RecordIdentity identity, long expectedBytes)
    {
        _keeper.CheckRoom(expectedBytes);
        return new PackWriter(_keeper, _groups, _streams, identity, expectedBytes);
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var restarts = _far is null ? new Dictionary<Guid, List<long>>() : await _far.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var recovery = new Recovery(_folder, _keeper, _reader, _dead, _index);
        Recovered = await recovery.RunAsync(restarts, cancellationToken).ConfigureAwait(false);
        _far?.Start();
    }

    private async Task<List<Place>> FindUnknownAsync(Guid pack, DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        using var source = await _reader.TryOpenAsync(pack, cancellationToken).ConfigureAwait(false);
        if (source is null) return [];
        var needed = await _compaction.NeededAsync(source, pack, cancellationToken).ConfigureAwait(false);
        needed.RemoveAll(entry => entry.Header.WrittenAt >= writtenBefore);
        return await _reader.AskAsync(_index, source, pack, needed, cancellationToken).ConfigureAwait(false);
    }

    private async Task RollAsync()
    {
        await _groups.RollAsync().ConfigureAwait(false);
        _streams.Roll();
        await _keeper.WhenSealedAsync().ConfigureAwait(false);
    }

    private async Task EraseHereAsync(Place place, CancellationToken cancellationToken)
    {
        using var stream = await _reader.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        var ending = _folder.Has(place.Pack, FileNames.Sealed) ? FileNames.Sealed : FileNames.Open;
        using var file = File.OpenHandle(
            _folder.PathOf(place.Pack, ending), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        DiskFile.Erase(file, place.Offset + RecordHeader.Bytes, stream.Header.StoredLength + stream.Header.StoredKeyLength);
    }

    /// <summary>Upkeep of packs is done by one caller at a time.</summary>
    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _upkeep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _upkeep.Release();
        }
    }
}
