using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;
using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Packs;

namespace CloudPacs.Archive.Objects;

/// <summary>
/// The packs in the object store. Sealed ones are uploaded one after the other, for as long as it takes; the folder has them until they are
/// there, compared, and room is wanted.
/// </summary>
internal sealed class FarPacks : IAsyncDisposable
{
    private const int MostKeyBytes = 4096;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly PackFolder _folder;
    private readonly IObjectStore _objects;
    private readonly ObjectStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly BlockCache _cache;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A pack is not deleted while it is sent.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Ids only; as many as there are packs in the folder.</summary>
    private readonly Channel<Guid> _sealed = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });

    /// <summary>Packs that are not sealed and whose key is there.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _keyed = new();
    private Task _uploading = Task.CompletedTask;
    private int _waiting;

    public FarPacks(PackFolder folder, IObjectStore objects, ObjectStoreOptions options, TimeProvider time)
    {
        _folder = folder;
        _objects = objects;
        _options = options;
        _time = time;
        _cache = new BlockCache(Path.Combine(folder.Folder, "cache"), options.CacheBytes, objects);
    }

    /// <summary>Sealed packs that are not there yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Why the last attempt to upload failed; null when it did not.</summary>
    public string? Fault { get; private set; }

    public void Start()
    {
        foreach (var pack in _folder.List(FileNames.Sealed).Where(pack => !_folder.Has(pack, FileNames.Far)).Order()) Add(pack);
        _uploading = UploadAsync();
    }

    public void Add(Guid pack)
    {
        Interlocked.Increment(ref _waiting);
        _sealed.Writer.TryWrite(pack);
    }

    public async ValueTask<IPackSource?> TryOpenAsync(Guid pack, CancellationToken cancellationToken)
    {
        var marker = _folder.PathOf(pack, FileNames.Far);
        if (!File.Exists(marker)) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(await File.ReadAllBytesAsync(marker, cancellationToken).ConfigureAwait(false));
        return new ObjectSource(_cache, pack, length);
    }

    public async Task<byte[]?> FetchKeyAsync(Guid pack, CancellationToken cancellationToken)
    {
        if (await _objects.LengthAsync(ObjectNames.Key(pack), cancellationToken).ConfigureAwait(false) is not { } length) return null;
        var content = new byte[(int)Math.Min(length, MostKeyBytes)];
        await _objects.ReadAsync(ObjectNames.Key(pack), 0, content, cancellationToken).ConfigureAwait(false);
        DiskFile.WriteWhole(_folder.PathOf(pack, FileNames.Key), content);
        return content;
    }

    public async Task StoreKeyAsync(Guid pack, CancellationToken cancellationToken)
    {
        var path = _folder.PathOf(pack, FileNames.Key);
        if (!File.Exists(path)) return;
        var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        await _objects.PutAsync(ObjectNames.Key(pack), content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a range of a pack that is not sealed yet, and its key.</summary>
    /// <exception cref="ArchiveException">The service did not take it for as long as the settings wait.</exception>
    public async Task StoreRangeAsync(PackFile pack, long from, long to)
    {
        using var source = new FileSource(pack.File);
        using var patience = new CancellationTokenSource(_options.Patience, _time);
        for (var pause = FirstPause / 4; ; pause *= 2)
        {
            try
            {
                if (!_keyed.ContainsKey(pack.Id)) await StoreKeyAsync(pack.Id, patience.Token).ConfigureAwait(false);
                _keyed[pack.Id] = true;
                await _objects.PutAsync(ObjectNames.Part(pack.Id, from), source, from, to - from, patience.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is ArchiveException or OperationCanceledException)
            {
                Told(e);
                if (patience.IsCancellationRequested)
                    throw new ArchiveException(ArchiveFault.Failed, "The object store did not take an instance in time.", e);
                await Task.WhenAny(Task.Delay(pause, _time, patience.Token)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Deletes a pack there and then here, so that it is found and deleted again if the first half fails.</summary>
    public async Task DeleteAsync(Guid pack, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _objects.DeleteAsync(ObjectNames.Pack(pack), cancellationToken).ConfigureAwait(false);
            await DeletePartsAsync(pack, cancellationToken).ConfigureAwait(false);
            await _objects.DeleteAsync(ObjectNames.Key(pack), cancellationToken).ConfigureAwait(false);
            _folder.Delete(pack);
            _cache.Forget(pack);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Makes known again, in a folder that has nothing (a new disk), what the object store has: sealed packs by a mark, others from their
    /// parts.
    /// </summary>
    /// <returns>Where records begin in the packs that were put together.</returns>
    public async Task<IReadOnlyDictionary<Guid, List<long>>> RestoreAsync(CancellationToken cancellationToken)
    {
        var parts = new Dictionary<Guid, List<long>>();
        if (_folder.HasPacks) return parts;
        await foreach (var name in _objects.ListAsync(ObjectNames.Packs, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectNames.PackOf(name) is not { } pack) continue;
            if (await _objects.LengthAsync(name, cancellationToken).ConfigureAwait(false) is { } length) Mark(pack, length);
        }

        await foreach (var name in _objects.ListAsync(ObjectNames.Parts, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectNames.PackOf(name) is not { } pack || _folder.Has(pack, FileNames.Far)) continue;
            if (!parts.TryGetValue(pack, out var offsets)) parts.Add(pack, offsets = []);
            offsets.Add(ObjectNames.OffsetOf(name));
        }

        foreach (var (pack, offsets) in parts) await PutTogetherAsync(pack, offsets, cancellationToken).ConfigureAwait(false);
        return parts;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _uploading.ConfigureAwait(false);
        _objects.Dispose();
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task PutTogetherAsync(Guid pack, List<long> offsets, CancellationToken cancellationToken)
    {
        // Parts begin behind the header, as any of them may have been refused, the first one too.
        var header = new byte[PackHeader.Bytes];
        var isEncrypted = await FetchKeyAsync(pack, cancellationToken).ConfigureAwait(false) is not null;
        new PackHeader(pack, _time.GetUtcNow(), isEncrypted).Write(header);
        var path = _folder.PathOf(pack, FileNames.Open);
        using (var file = File.OpenHandle(path + FileNames.Unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, header, 0);
            var buffer = new byte[BlockCache.BlockBytes];
            foreach (var offset in offsets)
            {
                for (var at = 0L; ;)
                {
                    var part = ObjectNames.Part(pack, offset);
                    var read = await _objects.ReadAsync(part, at, buffer, cancellationToken).ConfigureAwait(false);
                    RandomAccess.Write(file, buffer.AsSpan(0, read), offset + at);
                    at += read;
                    if (read < buffer.Length) break;
                }
            }

            DiskFile.Sync(file);
        }

        File.Move(path + FileNames.Unfinished, path);
        DiskFile.SyncFolder(_folder.Folder);
    }

    private async Task UploadAsync()
    {
        try
        {
            await foreach (var pack in _sealed.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                for (var pause = FirstPause; !await TryUploadAsync(pack).ConfigureAwait(false); pause *= 2)
                {
                    if (pause > LongestPause) pause = LongestPause;
                    await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
                }

                Interlocked.Decrement(ref _waiting);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The rest is found again at the next start.
        }
    }

    private async Task<bool> TryUploadAsync(Guid pack)
    {
        await _turn.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            // Null when it was deleted before its turn came.
            using var source = _folder.TryOpen(pack);
            if (source is null) return true;
            await StoreKeyAsync(pack, _stop.Token).ConfigureAwait(false);
            await _objects.PutAsync(ObjectNames.Pack(pack), source, 0, source.Length, _stop.Token).ConfigureAwait(false);
            Mark(pack, source.Length);
            await DeletePartsAsync(pack, _stop.Token).ConfigureAwait(false);
            _keyed.TryRemove(pack, out _);
            Trim();
            Fault = null;
            return true;
        }
        catch (IOException e)
        {
            Told(e);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task DeletePartsAsync(Guid pack, CancellationToken cancellationToken)
    {
        if (_options.AnswerWhen != Durability.There) return;
        await foreach (var part in _objects.ListAsync(ObjectNames.PartsOf(pack), cancellationToken).ConfigureAwait(false))
            await _objects.DeleteAsync(part, cancellationToken).ConfigureAwait(false);
    }

    private void Mark(Guid pack, long length)
    {
        var marker = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(marker, length);
        DiskFile.WriteWhole(_folder.PathOf(pack, FileNames.Far), marker);
    }

    /// <summary>Gives the room of the oldest packs that are there back to the disk; ids are in order of time.</summary>
    private void Trim()
    {
        var uploaded = _folder.List(FileNames.Sealed).Where(pack => _folder.Has(pack, FileNames.Far))
            .OrderBy(static pack => pack.ToString("N"), StringComparer.Ordinal)
            .Select(pack => (Pack: pack, new FileInfo(_folder.PathOf(pack, FileNames.Sealed)).Length)).ToList();
        var bytes = uploaded.Sum(static pack => pack.Length);
        foreach (var (pack, length) in uploaded)
        {
            if (bytes <= _options.KeepHereBytes) return;
            _folder.DeleteLocal(pack);
            bytes -= length;
        }
    }

    private void Told(Exception error)
    {
        Fault = error.Message;
        ArchiveMetrics.UploadFailures.Add(1);
    }
}
