using CloudPacs.Archive.Packs;

namespace CloudPacs.Archive.Objects;

/// <summary>Objects by name, each written once. A failure of any kind is an <see cref="ArchiveException"/>. Thread-safe.</summary>
internal interface IObjectStore : IDisposable
{
    /// <summary>Keeps a range of a pack. When this returns it was compared with what was sent, by length and checksum.</summary>
    Task PutAsync(string name, IPackSource source, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Keeps a few bytes.</summary>
    Task PutAsync(string name, byte[] content, CancellationToken cancellationToken);

    /// <returns>Bytes of the object; null when there is none.</returns>
    Task<long?> LengthAsync(string name, CancellationToken cancellationToken);

    /// <summary>Fills the buffer from an offset on.</summary>
    /// <returns>Bytes read: fewer at the end of the object.</returns>
    Task<int> ReadAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Names that begin so, in order.</summary>
    IAsyncEnumerable<string> ListAsync(string beginning, CancellationToken cancellationToken);
}
