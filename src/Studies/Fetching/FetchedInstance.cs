using System.Diagnostics.CodeAnalysis;
using CloudPacs.Archive;
using CloudPacs.Store.Studies;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Studies.Fetching;

/// <summary>An instance of another archive whose bytes have been fetched: all that is known of a stored one is known of it.</summary>
/// <param name="Listed">As it was found.</param>
/// <param name="File">The bytes.</param>
internal sealed record FetchedInstance(StoredInstance Listed, string File) : StoredInstance(Listed)
{
    /// <exception cref="ArchiveException">It made room for others meanwhile.</exception>
    public InstanceStream Open()
    {
        try
        {
            return new FileInstance(System.IO.File.OpenHandle(File, options: FileOptions.Asynchronous));
        }
        catch (FileNotFoundException e)
        {
            throw new ArchiveException(ArchiveFault.Missing, "A fetched instance is not here any more.", e);
        }
    }

    private sealed class FileInstance(SafeFileHandle file) : InstanceStream
    {
        public override long Length { get; } = RandomAccess.GetLength(file);

        public override ValueTask<byte[]> ReadKeyAsync(CancellationToken cancellationToken) => new([]);

        public override bool TryGetFile([NotNullWhen(true)] out SafeFileHandle? handle, out long offset)
        {
            (handle, offset) = (file, 0);
            return true;
        }

        public override ValueTask<int> ReadAtAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

        public override int ReadAt(long offset, Span<byte> buffer) => RandomAccess.Read(file, buffer, offset);

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
