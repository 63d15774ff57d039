using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Archives;

namespace CloudPacs.Studies.Fetching;

/// <summary>
/// Fetches instances from the archives that have them, into files that are kept for a while: frames and pictures of one are asked for again
/// and again. Those that were used last stay; nothing of them outlives the engine.
/// </summary>
public sealed class FetchedInstances
{
    private const int PieceBytes = 64 * 1024;
    private readonly IReadOnlyDictionary<string, IForeignArchive> _archives;
    private readonly Func<string, string, Task> _learnSyntax;
    private readonly string _folder;
    private readonly long _mostBytes;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<FetchedInstance>> _known = new(StringComparer.Ordinal);

    /// <summary>Those that are here, the one that was used last at the end.</summary>
    private readonly LinkedList<(string Key, FetchedInstance Instance)> _used = [];
    private long _bytes;
    private long _files;

    /// <param name="archives">By name.</param>
    /// <param name="learnSyntax">Is told the transfer syntax of an instance, which lists do not say.</param>
    /// <param name="folder">Where the files are; it is emptied.</param>
    /// <param name="mostBytes">How large they are together, at the most; the one that came last is kept in any case.</param>
    public FetchedInstances(
        IReadOnlyDictionary<string, IForeignArchive> archives, Func<string, string, Task> learnSyntax, string folder, long mostBytes)
    {
        ArgumentNullException.ThrowIfNull(archives);
        (_archives, _learnSyntax, _folder, _mostBytes) = (archives, learnSyntax, folder, mostBytes);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        if (archives.Count > 0) Directory.CreateDirectory(folder);
    }

    /// <summary>The instance with its bytes; one whose bytes are here is given as it is.</summary>
    /// <exception cref="ForeignArchiveException">Its archive does not give it.</exception>
    public async Task<StoredInstance> GetAsync(InstanceInStudy found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (found.Instance.Archive is not { } name) return found.Instance;
        if (!_archives.TryGetValue(name, out var archive))
            throw new ForeignArchiveException(ForeignArchiveFault.Refused, $"There is no archive {name} in the settings any more.");
        Task<FetchedInstance> fetched;
        var key = $"{name} {found.Instance.SopInstanceUid}";
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known) && !known.IsFaulted && !known.IsCanceled) fetched = Use(key, known);
            // Whoever asks next waits for the same file, so the first one's going away ends nothing.
            else _known[key] = fetched = Task.Run(() => FetchAsync(key, archive, found), CancellationToken.None);
        }

        return await fetched.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<FetchedInstance> Use(string key, Task<FetchedInstance> known)
    {
        for (var node = _used.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Key != key) continue;
            _used.Remove(node);
            _used.AddLast(node);
            break;
        }

        return known;
    }

    private async Task<FetchedInstance> FetchAsync(string key, IForeignArchive archive, InstanceInStudy found)
    {
        var instance = found.Instance;
        var file = Path.Combine(_folder, Interlocked.Increment(ref _files).ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            FetchedInstance? fetched = null;
            var uids = new InstanceUids(found.Study.StudyInstanceUid, found.Series.SeriesInstanceUid, instance.SopInstanceUid);
            await archive.FetchAsync(
                uids, async (body, token) => fetched = await KeepAsync(instance, file, body, token).ConfigureAwait(false),
                CancellationToken.None).ConfigureAwait(false);
            if (fetched is null) throw Unreadable(instance.Archive!, "it is empty");
            await _learnSyntax(instance.SopInstanceUid, fetched.TransferSyntaxUid).ConfigureAwait(false);
            Keep(key, fetched);
            return fetched;
        }
        catch
        {
            lock (_gate) _known.Remove(key);
            File.Delete(file);
            throw;
        }
    }

    private static async Task<FetchedInstance> KeepAsync(
        StoredInstance instance, string file, Stream body, CancellationToken cancellationToken)
    {
        var head = new Part10Head();
        InstanceScanner? scanner = null;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            long length = 0;
            await using (var output = File.Create(file, bufferSize: 0, FileOptions.Asynchronous))
            {
                for (int count; (count = await body.ReadAsync(piece.AsMemory(0, PieceBytes), cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    await output.WriteAsync(piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    length += count;
                    if (head.Feed(piece.AsSpan(0, count), out var dataSet))
                        (scanner ??= new InstanceScanner(head.TransferSyntax)).Feed(dataSet);
                }
            }

            head.Finish(out var rest);
            (scanner ??= new InstanceScanner(head.TransferSyntax)).Feed(rest);
            var scan = scanner.Finish();
            if ((head.Error ?? scan.Error) is { } error) throw Unreadable(instance.Archive!, error);
            if (scan.Attributes.GetString(Tags.SopInstanceUid) != instance.SopInstanceUid)
                throw Unreadable(instance.Archive!, "it is another instance");
            return new FetchedInstance(instance, file)
            {
                TransferSyntaxUid = head.TransferSyntax.Uid,
                Bytes = new InstanceBytes(
                    Guid.Empty, 0, length, head.DataSetOffset, (int)Math.Min(scan.HeaderLength, int.MaxValue), scan.Digests!.DataSet,
                    scan.Digests.PixelData ?? default, scan.Frames?.Bytes ?? default),
            };
        }
        finally
        {
            scanner?.Dispose();
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Makes room. Who reads a file that goes reads on to its end.</summary>
    private void Keep(string key, FetchedInstance fetched)
    {
        lock (_gate)
        {
            _used.AddLast((key, fetched));
            _bytes += fetched.Bytes.Length;
            while (_bytes > _mostBytes && _used.First is { } oldest && _used.Count > 1)
            {
                _used.RemoveFirst();
                _known.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Instance.Bytes.Length;
                File.Delete(oldest.Value.Instance.File);
            }
        }
    }

    private static ForeignArchiveException Unreadable(string archive, string why) =>
        new(ForeignArchiveFault.Refused, $"What the archive {archive} gives for an instance cannot be used: {why}.");
}
