using CloudPacs.Archive.Disk;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>
/// A pack that is written, by one writer at a time. What is written beyond <see cref="Length"/> does not count until it is confirmed.
/// </summary>
internal sealed class PackFile(Guid id, SafeFileHandle file, byte[]? dataKey, long length) : IDisposable
{
    /// <summary>Blocks are asked for ahead in such steps: a sync that finds its blocks there takes half the time.</summary>
    private const long ReserveBytes = 32 * 1024 * 1024;
    private readonly List<PackEntry> _entries = [];
    private long _reserved = length;

    public Guid Id => id;

    public SafeFileHandle File => file;

    /// <summary>Null when records are not encrypted.</summary>
    public byte[]? DataKey => dataKey;

    /// <summary>Where the next record begins.</summary>
    public long Length { get; private set; } = length;

    public IReadOnlyList<PackEntry> Entries => _entries;

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        var end = offset + buffers.Sum(static buffer => (long)buffer.Length);
        if (end > _reserved)
        {
            DiskFile.Reserve(file, _reserved, end - _reserved + ReserveBytes);
            _reserved = end + ReserveBytes;
        }

        RandomAccess.Write(file, buffers, offset);
    }

    /// <summary>Takes up the records that were found in it.</summary>
    public void Restore(IEnumerable<PackEntry> entries) => _entries.AddRange(entries);

    public void Confirm(PackEntry entry)
    {
        _entries.Add(entry);
        Length = entry.End;
    }

    /// <summary>Gives back what lies behind the confirmed records.</summary>
    public void Cut()
    {
        RandomAccess.SetLength(file, Length);
        _reserved = Length;
    }

    /// <summary>Writes the directory behind the records, for good.</summary>
    public void Finish()
    {
        var directory = PackDirectory.Write(_entries, Length);
        RandomAccess.Write(file, directory, Length);
        RandomAccess.SetLength(file, Length + directory.Length);
        DiskFile.Sync(file);
    }

    public void Dispose() => file.Dispose();
}
