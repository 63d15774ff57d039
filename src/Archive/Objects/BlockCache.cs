using CloudPacs.Archive.Packs;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Objects;

/// <summary>
/// Blocks of objects that were read, in files of their own up to a number of bytes; those that were not read for the longest time go first.
/// Empty at each start. Thread-safe: a block is fetched once however many want it.
/// </summary>
internal sealed class BlockCache
{
    /// <summary>Read at once: round trips cost more than bytes.</summary>
    public const int BlockBytes = 2 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly long _mostBytes;
    private readonly IObjectStore _objects;
    private readonly Dictionary<(Guid Pack, long Number), LinkedListNode<Block>> _blocks = [];
    private readonly LinkedList<Block> _latestFirst = [];
    private long _bytes;

    public BlockCache(string folder, long mostBytes, IObjectStore objects)
    {
        _folder = folder;
        _mostBytes = mostBytes;
        _objects = objects;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Reads within one block.</summary>
    public async ValueTask<int> ReadAsync(Guid pack, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var number = offset / BlockBytes;
        LinkedListNode<Block> node;
        Task<SafeFileHandle> file;
        lock (_gate)
        {
            if (_blocks.TryGetValue((pack, number), out node!))
            {
                _latestFirst.Remove(node);
                _latestFirst.AddFirst(node);
            }
            else
            {
                node = _latestFirst.AddFirst(new Block(pack, number));
                _blocks.Add((pack, number), node);
                node.Value.File = Task.Run(() => FetchAsync(node), CancellationToken.None);
            }

            file = node.Value.File;
        }

        try
        {
            using var source = new FileSource(await file.WaitAsync(cancellationToken).ConfigureAwait(false));
            return source.Read(offset % BlockBytes, buffer.Span);
        }
        catch (ObjectDisposedException)
        {
            // It was put out in between; without the cache it is right too, only slower.
            return await _objects.ReadAsync(ObjectNames.Pack(pack), offset, buffer, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Forget(Guid pack)
    {
        lock (_gate)
            foreach (var (_, node) in _blocks.Where(block => block.Key.Pack == pack).ToList()) Remove(node);
    }

    private async Task<SafeFileHandle> FetchAsync(LinkedListNode<Block> node)
    {
        try
        {
            var (pack, number) = (node.Value.Pack, node.Value.Number);
            var bytes = new byte[BlockBytes];
            var read = await _objects.ReadAsync(ObjectNames.Pack(pack), number * BlockBytes, bytes, CancellationToken.None)
                .ConfigureAwait(false);
            // The file has no name any more when it is written: the cache leaves nothing behind, however it ends.
            var path = Path.Combine(_folder, $"{pack:N}-{number}");
            var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            RandomAccess.Write(file, bytes.AsSpan(0, read), 0);
            lock (_gate)
            {
                node.Value.Bytes = read;
                _bytes += read;
                while (_bytes > _mostBytes && _latestFirst.Last is { } last && last != node) Remove(last);
            }

            return file;
        }
        catch
        {
            lock (_gate) Remove(node);
            throw;
        }
    }

    private void Remove(LinkedListNode<Block> node)
    {
        if (node.List is null) return;
        _latestFirst.Remove(node);
        _blocks.Remove((node.Value.Pack, node.Value.Number));
        _bytes -= node.Value.Bytes;
        node.Value.File.ContinueWith(
            static file => file.Result.Dispose(),
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private sealed class Block(Guid pack, long number)
    {
        public Guid Pack => pack;

        public long Number => number;

        public long Bytes { get; set; }

        public Task<SafeFileHandle> File { get; set; } = null!;
    }
}
