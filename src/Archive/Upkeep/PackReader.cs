using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Objects;
using CloudPacs.Archive.Packs;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Upkeep;

/// <summary>Opens packs and their records, here or in the object store. Thread-safe.</summary>
internal sealed class PackReader(PackFolder folder, FarPacks? far)
{
    private const int RecordsATime = 500;

    public async ValueTask<IPackSource?> TryOpenAsync(Guid pack, CancellationToken cancellationToken) =>
        folder.TryOpen(pack) ?? (far is null ? null : await far.TryOpenAsync(pack, cancellationToken).ConfigureAwait(false));

    /// <exception cref="ArchiveException">Missing: there is no record of that length at the place.</exception>
    public async ValueTask<RecordStream> OpenAsync(Place place, CancellationToken cancellationToken)
    {
        var source = await TryOpenAsync(place.Pack, cancellationToken).ConfigureAwait(false)
            ?? throw new ArchiveException(ArchiveFault.Missing, $"Pack {place.Pack:N} is missing.");
        try
        {
            if (await ReadHeaderAsync(source, place, cancellationToken).ConfigureAwait(false) is not { } entry)
                throw new ArchiveException(ArchiveFault.Missing, $"Pack {place.Pack:N} has no such record at {place.Offset}.");
            return await OpenAsync(source, place.Pack, entry, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Whether a record is at its place, and whole when it is read through.</summary>
    public async Task<RecordState> CheckAsync(Place place, bool readThrough, CancellationToken cancellationToken)
    {
        try
        {
            using var source = await TryOpenAsync(place.Pack, cancellationToken).ConfigureAwait(false);
            var found = source is null ? null : await ReadHeaderAsync(source, place, cancellationToken).ConfigureAwait(false);
            if (found is not { } entry || entry.End > source!.Length) return RecordState.Missing;
            return !readThrough || await PackScan.IsWholeAsync(source, entry, cancellationToken).ConfigureAwait(false)
                ? RecordState.Whole
                : RecordState.Changed;
        }
        catch (ArchiveException e) when (e.Fault == ArchiveFault.Missing)
        {
            return RecordState.Missing;
        }
    }

    /// <summary>The records of a sealed pack, by its directory, or by their headers when that is broken.</summary>
    public static async Task<IReadOnlyList<PackEntry>> ListAsync(IPackSource source, CancellationToken cancellationToken) =>
        await PackDirectory.ReadAsync(source, cancellationToken).ConfigureAwait(false)
        ?? (await PackScan.FollowAsync(source, source.Length, [], cancellationToken).ConfigureAwait(false)).Entries;

    /// <summary>Asks the index about records of a pack.</summary>
    /// <returns>Those that it does not need.</returns>
    public async Task<List<Place>> AskAsync(
        IRecordIndex index, IPackSource source, Guid pack, IReadOnlyList<PackEntry> entries, CancellationToken cancellationToken)
    {
        var unneeded = new List<Place>();
        foreach (var some in entries.Chunk(RecordsATime))
        {
            var records = new List<FoundRecord>(some.Length);
            foreach (var entry in some)
            {
                var place = new Place(pack, entry.Offset, entry.Header.ContentLength);
                using var stream = await OpenAsync(new Borrowed(source), pack, entry, cancellationToken).ConfigureAwait(false);
                var key = await stream.ReadKeyAsync(cancellationToken).ConfigureAwait(false);
                records.Add(new FoundRecord(place, entry.Header.Id, key, entry.Header.WrittenAt));
            }

            var answers = await index.AreNeededAsync(records, cancellationToken).ConfigureAwait(false);
            unneeded.AddRange(records.Where((_, i) => !answers[i]).Select(static record => record.Place));
        }

        return unneeded;
    }

    public async ValueTask<RecordStream> OpenAsync(IPackSource source, Guid pack, PackEntry entry, CancellationToken cancellationToken)
    {
        var key = entry.Header.IsEncrypted
            ? await folder.DataKeyAsync(pack, () => FetchKeyAsync(pack, cancellationToken)).ConfigureAwait(false)
            : null;
        return new RecordStream(source, new Place(pack, entry.Offset, entry.Header.ContentLength), entry.Header, key);
    }

    /// <summary>Bytes of a sealed pack; 0 when it is nowhere.</summary>
    public async ValueTask<long> LengthOfAsync(Guid pack, CancellationToken cancellationToken)
    {
        using var source = await TryOpenAsync(pack, cancellationToken).ConfigureAwait(false);
        return source?.Length ?? 0;
    }

    /// <summary>All packs that change no more, wherever they are.</summary>
    public IReadOnlyCollection<Guid> Sealed() => folder.List(FileNames.Sealed).Concat(folder.List(FileNames.Far)).ToHashSet();

    private async Task<byte[]?> FetchKeyAsync(Guid pack, CancellationToken cancellationToken) =>
        far is null ? null : await far.FetchKeyAsync(pack, cancellationToken).ConfigureAwait(false);

    private static async ValueTask<PackEntry?> ReadHeaderAsync(IPackSource source, Place place, CancellationToken cancellationToken)
    {
        if (place.Offset < PackHeader.Bytes) return null;
        var entry = await PackScan.ReadAsync(source, place.Offset, cancellationToken).ConfigureAwait(false);
        return entry?.Header.ContentLength == place.Length ? entry : null;
    }

    /// <summary>A source that somebody else disposes.</summary>
    private sealed class Borrowed(IPackSource source) : IPackSource
    {
        public long Length => source.Length;

        public SafeFileHandle? File => source.File;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
            source.ReadAsync(offset, buffer, cancellationToken);

        public int Read(long offset, Span<byte> buffer) => source.Read(offset, buffer);

        public void Dispose()
        {
        }
    }
}
