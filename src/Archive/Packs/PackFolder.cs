using System.Collections.Concurrent;
using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Encryption;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>The files of the packs: made, found, sealed, deleted. Thread-safe. Held by one engine, by a lock on a file.</summary>
internal sealed class PackFolder : IDisposable
{
    private const int OpenHandles = 256;
    private readonly string _folder;
    private readonly DataKeys? _keys;
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _lock;
    private readonly HandleCache _handles = new(OpenHandles);
    private readonly ConcurrentDictionary<Guid, PackFile> _open = new();
    private readonly ConcurrentDictionary<Guid, byte[]> _dataKeys = new();

    /// <exception cref="IOException">Another engine has the folder.</exception>
    public PackFolder(string folder, KeyRing? ring, TimeProvider time)
    {
        _folder = Path.GetFullPath(folder);
        _keys = ring is null ? null : new DataKeys(ring);
        _time = time;
        DiskFile.MakePrivateFolder(_folder);
        DiskFile.SyncFolder(Path.GetDirectoryName(_folder) ?? _folder);
        _lock = File.OpenHandle(
            Path.Combine(_folder, FileNames.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.None);
        foreach (var unfinished in Directory.EnumerateFiles(_folder, "*" + FileNames.Unfinished)) File.Delete(unfinished);
    }

    public string Folder => _folder;

    /// <summary>Packs that are written now.</summary>
    public ICollection<Guid> Open => _open.Keys;

    public string PathOf(Guid pack, string ending) => Path.Combine(_folder, FileNames.Of(pack, ending));

    public IEnumerable<Guid> List(string ending) => FileNames.List(_folder, ending);

    public bool Has(Guid pack, string ending) => File.Exists(PathOf(pack, ending));

    public bool HasPacks => List(FileNames.Sealed).Concat(List(FileNames.Far)).Concat(List(FileNames.Open)).Any();

    /// <summary>A new pack, whose name and header are on disk.</summary>
    public PackFile Make()
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        byte[]? dataKey = null;
        if (_keys is not null)
        {
            dataKey = DataKeys.Make();
            DiskFile.WriteWhole(PathOf(id, FileNames.Key), _keys.Wrap(id, dataKey));
            Remember(id, dataKey);
        }

        var path = PathOf(id, FileNames.Open);
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            var pack = new PackFile(id, file, dataKey, PackHeader.Bytes);
            try
            {
                var header = new byte[PackHeader.Bytes];
                new PackHeader(id, now, dataKey is not null).Write(header);
                pack.Write([header], 0);
                DiskFile.Sync(file);
                DiskFile.SyncFolder(_folder);
            }
            catch
            {
                pack.Dispose();
                throw;
            }

            return _open[id] = pack;
        }
        catch (IOException)
        {
            File.Delete(path);
            File.Delete(PathOf(id, FileNames.Key));
            throw;
        }
    }

    /// <summary>Takes up a pack that another run left: it can be read, and ended.</summary>
    /// <param name="length">Where its records end.</param>
    public PackFile Adopt(Guid pack, long length, IEnumerable<PackEntry> entries)
    {
        var adopted = new PackFile(pack, OpenLeft(pack), dataKey: null, length);
        adopted.Restore(entries);
        return _open[pack] = adopted;
    }

    /// <summary>The file of a pack that another run left.</summary>
    public SafeFileHandle OpenLeft(Guid pack) => File.OpenHandle(
        PathOf(pack, FileNames.Open), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Ends a pack: directory, its final name. One without records is deleted.</summary>
    /// <returns>False when there was nothing to keep.</returns>
    public bool Seal(PackFile pack)
    {
        if (pack.Entries.Count == 0)
        {
            _open.TryRemove(pack.Id, out _);
            pack.Dispose();
            Delete(pack.Id);
            return false;
        }

        pack.Finish();
        File.Move(PathOf(pack.Id, FileNames.Open), PathOf(pack.Id, FileNames.Sealed));
        DiskFile.SyncFolder(_folder);
        _open.TryRemove(pack.Id, out _);
        pack.Dispose();
        return true;
    }

    /// <summary>Puts aside what is no pack of ours; nothing is deleted.</summary>
    public void SetAside(Guid pack)
    {
        File.Move(PathOf(pack, FileNames.Open), PathOf(pack, FileNames.Broken), overwrite: true);
        DiskFile.SyncFolder(_folder);
    }

    /// <summary>The bytes of a pack that is here; null when it is not.</summary>
    public IPackSource? TryOpen(Guid pack)
    {
        // A pack gets its final name before it leaves the open ones, so that it is always found at one of both.
        while (_open.TryGetValue(pack, out var open))
        {
            try
            {
                return new FileSource(open.File);
            }
            catch (ObjectDisposedException)
            {
                // It was sealed in between.
            }
        }

        return _handles.Open(pack, PathOf(pack, FileNames.Sealed));
    }

    /// <summary>The key of an encrypted pack.</summary>
    /// <param name="fetch">Gets the key file when it is not here; null when there is none.</param>
    public async ValueTask<byte[]> DataKeyAsync(Guid pack, Func<Task<byte[]?>> fetch)
    {
        if (_dataKeys.TryGetValue(pack, out var key)) return key;
        if (_keys is null) throw new ArchiveException(ArchiveFault.Failed, $"Pack {pack:N} is encrypted, and no key ring is set.");
        var path = PathOf(pack, FileNames.Key);
        var file = File.Exists(path) ? await File.ReadAllBytesAsync(path).ConfigureAwait(false) : await fetch().ConfigureAwait(false);
        if (file is null) throw new ArchiveException(ArchiveFault.Missing, $"The key file of pack {pack:N} is missing.");
        return Remember(pack, _keys.Unwrap(pack, file));
    }

    /// <summary>Puts the keys of all packs under the ring's current key.</summary>
    /// <returns>The packs whose key file was written.</returns>
    public IEnumerable<Guid> RewrapKeys()
    {
        if (_keys is null) yield break;
        foreach (var pack in List(FileNames.Key).ToList())
        {
            var path = PathOf(pack, FileNames.Key);
            if (_keys.Rewrap(pack, File.ReadAllBytes(path)) is not { } wrapped) continue;
            DiskFile.WriteWhole(path, wrapped);
            yield return pack;
        }
    }

    /// <summary>Deletes the sealed pack here; readers that have it open go on. What else is known of it stays.</summary>
    public void DeleteLocal(Guid pack)
    {
        File.Delete(PathOf(pack, FileNames.Sealed));
        _handles.Close(pack);
    }

    /// <summary>Deletes all that is here of a pack.</summary>
    public void Delete(Guid pack)
    {
        DeleteLocal(pack);
        foreach (var ending in (ReadOnlySpan<string>)[FileNames.Open, FileNames.Far, FileNames.Dead, FileNames.Key])
            File.Delete(PathOf(pack, ending));
        _dataKeys.TryRemove(pack, out _);
        DiskFile.SyncFolder(_folder);
    }

    public void Dispose()
    {
        foreach (var pack in _open.Values) pack.Dispose();
        _handles.Dispose();
        _lock.Dispose();
    }

    private byte[] Remember(Guid pack, byte[] key)
    {
        if (_dataKeys.Count > 16 * OpenHandles) _dataKeys.Clear();
        return _dataKeys[pack] = key;
    }
}
