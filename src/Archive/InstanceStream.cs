using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive;

/// <summary>
/// The bytes of an instance, from its beginning or from anywhere. Goes on when the instance is removed
/// or moved meanwhile. Used by one caller at a time.
/// </summary>
public abstract class InstanceStream : Stream
{
    private long _position;

    /// <summary>Reads the caller's key that was given with the instance.</summary>
    public abstract ValueTask<byte[]> ReadKeyAsync(CancellationToken cancellationToken);

    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => true;

    public sealed override bool CanWrite => false;

    public sealed override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>
    /// The file that has the bytes as they are, to be copied by the operating system; the handle is open until the stream is disposed.
    /// </summary>
    /// <param name="offset">Where the instance begins in the file.</param>
    /// <returns>False when they are encrypted or elsewhere.</returns>
    public abstract bool TryGetFile([NotNullWhen(true)] out SafeFileHandle? file, out long offset);

    /// <summary>Reads from an offset within the instance, whatever the position is.</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    public abstract ValueTask<int> ReadAtAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadAtAsync"/>
    public abstract int ReadAt(long offset, Span<byte> buffer);

    public sealed override int Read(Span<byte> buffer)
    {
        var read = ReadAt(_position, buffer);
        _position += read;
        return read;
    }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadAtAsync(_position, buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override void Flush()
    {
    }
}
