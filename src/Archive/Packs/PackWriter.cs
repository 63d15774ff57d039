using CloudPacs.Archive.Disk;
using CloudPacs.Archive.Encryption;

namespace CloudPacs.Archive.Packs;

/// <summary>
/// Gathers an instance for the group appender; one that turns out larger than the buffer is written to a pack of its own as it comes, and
/// its header, without which nothing before it counts, at the end.
/// </summary>
internal sealed class PackWriter(PackKeeper keeper, GroupAppender groups, StreamPool streams, RecordIdentity identity, long expectedBytes)
    : InstanceWriter
{
    /// <summary>How often it is asked whether there is still room.</summary>
    private const long RoomCheckBytes = 32 * RecordBuffer.Capacity;
    private readonly RecordBuffer _buffer = new();
    private readonly List<ReadOnlyMemory<byte>> _stored = [];
    private RecordCipher? _cipher;
    private PackFile? _pack;
    private Crc32C _crc;
    private long _chunks;
    private long _end;
    private long _roomChecked;
    private ArchiveException? _fault;
    private bool _isEnded;

    private bool IsLarge => Math.Max(expectedBytes, Length) > keeper.Options.OwnFileBytes;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (_fault is not null) throw _fault;
        ObjectDisposedException.ThrowIf(_isEnded, this);
        while (!bytes.IsEmpty)
        {
            if (_buffer.IsFull) Try(() => Flush(isEnd: false));
            var taken = _buffer.Take(bytes);
            Length += taken;
            bytes = bytes[taken..];
        }
    }

    public override Task<Place> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_fault is not null) throw _fault;
        ObjectDisposedException.ThrowIf(_isEnded, this);
        _isEnded = true;
        if (_pack is not null) return Task.Run(EndStreamAsync, CancellationToken.None).WaitAsync(cancellationToken);
        var record = new SmallRecord(identity, _buffer);
        if (keeper.Options.KeyRingFile is null) record.PreparePlain();
        return groups.AppendAsync(record).WaitAsync(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (_isEnded || !disposing) return;
        _isEnded = true;
        _buffer.Clear();
        _cipher?.Dispose();
        if (_pack is not { } pack) return;
        try
        {
            pack.Cut();
            streams.Return(pack, isEnded: false);
        }
        catch (Exception e) when (PackKeeper.IsOfDisk(e))
        {
            keeper.Tell(e);
            keeper.Drop(pack);
        }
    }

    private void Flush(bool isEnd)
    {
        if (_pack is null)
        {
            _pack = streams.Take(own: IsLarge);
            _end = _pack.Length + RecordHeader.Bytes;
            if (_pack.DataKey is { } key) _cipher = new RecordCipher(key, identity.Id);
        }

        if (Length - _roomChecked >= RoomCheckBytes)
        {
            keeper.CheckRoom(0);
            _roomChecked = Length;
        }

        _stored.Clear();
        _buffer.Store(_cipher, _chunks, isEnd, _stored, ref _crc);
        _pack.Write(_stored, _end);
        var length = _stored.Sum(static part => (long)part.Length);
        if (keeper.Options.IsDurable) DiskFile.StartWriting(_pack.File, _end, length);
        _end += length;
        _chunks += _stored.Count;
        _buffer.Clear();
    }

    private async Task<Place> EndStreamAsync()
    {
        PackEntry entry = default;
        Try(() =>
        {
            Flush(isEnd: true);
            var header = new byte[RecordHeader.Bytes];
            var record = identity.EndRecord(Length, _crc.Value, keeper.Time.GetUtcNow(), _cipher, header, out var key);
            _cipher?.Dispose();
            _pack!.Write([key], _end);
            _pack.Write([header], _pack.Length);
            keeper.Sync(_pack);
            entry = new PackEntry(_pack.Length, record);
        });

        var pack = _pack!;
        pack.Confirm(entry);
        var place = new Place(pack.Id, entry.Offset, Length);
        try
        {
            if (keeper.Store is { } store) await store(pack, entry.Offset, entry.End).ConfigureAwait(false);
        }
        catch
        {
            keeper.Disown([place]);
            throw;
        }
        finally
        {
            streams.Return(pack, isEnded: IsLarge);
        }

        ArchiveMetrics.Instances.Add(1);
        ArchiveMetrics.Bytes.Add(Length);
        return place;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (PackKeeper.IsOfDisk(e))
        {
            _fault = keeper.Tell(e);
            _buffer.Clear();
            _cipher?.Dispose();
            if (_pack is not null) keeper.Drop(_pack);
            _pack = null;
            _isEnded = true;
            throw _fault;
        }
    }
}
