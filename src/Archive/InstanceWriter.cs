using System.Buffers;

namespace CloudPacs.Archive;

/// <summary>
/// An instance on its way into the archive. Bytes are pushed; at most 512 KiB of them stay in memory. Without
/// <see cref="CompleteAsync"/> nothing is kept of it. Used by one caller at a time.
/// </summary>
public abstract class InstanceWriter : IDisposable
{
    /// <summary>Bytes pushed so far.</summary>
    public long Length { get; protected set; }

    /// <summary>Takes the next bytes; they may be used again when this returns.</summary>
    /// <exception cref="ArchiveException">NoRoom or Failed: the writer takes nothing more.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <inheritdoc cref="Write"/>
    public ValueTask WriteAsync(in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes) Write(part.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the instance.</summary>
    /// <returns>Its place, when it is durable as the settings say.</returns>
    /// <exception cref="ArchiveException">NoRoom or Failed: it is not kept.</exception>
    /// <remarks>
    /// The sync may run on the thread of the caller. When the wait is given up by the token, the instance may be kept without anybody
    /// knowing its place: a sweep removes it.
    /// </remarks>
    public abstract Task<Place> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gives up an instance that was not completed, and its room with it.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
