using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>Handles of sealed packs that were read lately. One that is put out closes after its last reader.</summary>
internal sealed class HandleCache(int most) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, LinkedListNode<(Guid Pack, SafeFileHandle File)>> _byPack = [];
    private readonly LinkedList<(Guid Pack, SafeFileHandle File)> _latestFirst = [];

    /// <summary>A source over the pack's file; null when there is no such file.</summary>
    public FileSource? Open(Guid pack, string path)
    {
        lock (_gate)
        {
            if (_byPack.TryGetValue(pack, out var node))
            {
                _latestFirst.Remove(node);
                _latestFirst.AddFirst(node);
                return new FileSource(node.Value.File);
            }

            if (!File.Exists(path)) return null;
            var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _byPack.Add(pack, _latestFirst.AddFirst((pack, file)));
            while (_latestFirst.Count > most) Close(_latestFirst.Last!);
            return new FileSource(file);
        }
    }

    public void Close(Guid pack)
    {
        lock (_gate)
            if (_byPack.TryGetValue(pack, out var node)) Close(node);
    }

    public void Dispose()
    {
        lock (_gate)
            while (_latestFirst.Last is { } node) Close(node);
    }

    private void Close(LinkedListNode<(Guid Pack, SafeFileHandle File)> node)
    {
        _latestFirst.Remove(node);
        _byPack.Remove(node.Value.Pack);
        node.Value.File.Dispose();
    }
}
