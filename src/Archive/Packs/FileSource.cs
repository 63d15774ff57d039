using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>A pack in the folder. The handle is shared with others: it is counted, and closes after its last user.</summary>
internal sealed class FileSource : IPackSource
{
    private readonly SafeFileHandle _file;
    private int _disposed;

    /// <exception cref="ObjectDisposedException">The handle was closed meanwhile.</exception>
    public FileSource(SafeFileHandle file)
    {
        _file = file;
        var added = false;
        file.DangerousAddRef(ref added);
    }

    public long Length => RandomAccess.GetLength(_file);

    public SafeFileHandle File => _file;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

    public int Read(long offset, Span<byte> buffer) => RandomAccess.Read(_file, buffer, offset);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _file.DangerousRelease();
    }
}
