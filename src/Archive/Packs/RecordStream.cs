using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using CloudPacs.Archive.Encryption;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>An instance in a pack; an encrypted one is opened chunk by chunk.</summary>
internal sealed class RecordStream : InstanceStream
{
    private readonly IPackSource _source;
    private readonly RecordCipher? _cipher;
    private readonly Place _place;
    private readonly byte[]? _chunk;
    private long _chunkNumber = -1;

    /// <param name="source">Is disposed with the stream.</param>
    /// <param name="header">Of the record at the place.</param>
    /// <param name="dataKey">Of the pack, when the record is encrypted.</param>
    public RecordStream(IPackSource source, Place place, RecordHeader header, byte[]? dataKey)
    {
        _source = source;
        _place = place;
        Header = header;
        if (dataKey is null) return;
        _cipher = new RecordCipher(dataKey, header.Id);
        _chunk = new byte[ChunkLayout.ChunkBytes + ChunkLayout.TagBytes];
    }

    public RecordHeader Header { get; }

    public override long Length => Header.ContentLength;

    private long ContentAt => _place.Offset + RecordHeader.Bytes;

    public override bool TryGetFile([NotNullWhen(true)] out SafeFileHandle? file, out long offset)
    {
        offset = ContentAt;
        file = Header.IsEncrypted ? null : _source.File;
        return file is not null;
    }

    public override async ValueTask<byte[]> ReadKeyAsync(CancellationToken cancellationToken)
    {
        var stored = new byte[Header.StoredKeyLength];
        var at = ContentAt + Header.StoredLength;
        if (!await _source.TryReadExactAsync(at, stored, cancellationToken).ConfigureAwait(false)) throw Torn();
        if (Crc32C.Of(stored) != Header.KeyCrc) throw Changed();
        if (_cipher is null) return stored;
        try
        {
            _cipher.DecryptKey(stored);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Changed(e);
        }

        return stored[..^ChunkLayout.TagBytes];
    }

    public override async ValueTask<int> ReadAtAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (offset >= Length || buffer.IsEmpty) return 0;
        if (_chunk is null)
        {
            var part = buffer[..Part(offset, buffer.Length)];
            var read = await _source.ReadAsync(ContentAt + offset, part, cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw Torn();
        }

        var number = offset / ChunkLayout.ChunkBytes;
        if (number != _chunkNumber)
        {
            _chunkNumber = -1;
            var stored = StoredChunk(number);
            if (!await _source.TryReadExactAsync(StoredAt(number), stored, cancellationToken).ConfigureAwait(false)) throw Torn();
            Decrypt(number);
        }

        return Copy(offset, buffer.Span);
    }

    public override int ReadAt(long offset, Span<byte> buffer)
    {
        if (offset >= Length || buffer.IsEmpty) return 0;
        if (_chunk is null)
        {
            var read = _source.Read(ContentAt + offset, buffer[..Part(offset, buffer.Length)]);
            return read > 0 ? read : throw Torn();
        }

        var number = offset / ChunkLayout.ChunkBytes;
        if (number != _chunkNumber)
        {
            _chunkNumber = -1;
            if (!_source.TryReadExact(StoredAt(number), StoredChunk(number).Span)) throw Torn();
            Decrypt(number);
        }

        return Copy(offset, buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cipher?.Dispose();
            _source.Dispose();
            if (_chunk is not null) CryptographicOperations.ZeroMemory(_chunk);
        }

        base.Dispose(disposing);
    }

    private int Part(long offset, int wanted) => (int)Math.Min(Length - offset, wanted);

    private long StoredAt(long number) => ContentAt + (number * (ChunkLayout.ChunkBytes + ChunkLayout.TagBytes));

    private Memory<byte> StoredChunk(long number) =>
        _chunk.AsMemory(0, Part(number * ChunkLayout.ChunkBytes, ChunkLayout.ChunkBytes) + ChunkLayout.TagBytes);

    private void Decrypt(long number)
    {
        try
        {
            _cipher!.Decrypt(StoredChunk(number).Span, number, isLast: number == ChunkLayout.Chunks(Length) - 1);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Changed(e);
        }

        _chunkNumber = number;
    }

    private int Copy(long offset, Span<byte> buffer)
    {
        var at = (int)(offset % ChunkLayout.ChunkBytes);
        var part = Part(offset, Math.Min(buffer.Length, ChunkLayout.ChunkBytes - at));
        _chunk.AsSpan(at, part).CopyTo(buffer);
        return part;
    }

    private ArchiveException Torn() => new(ArchiveFault.Missing, $"Pack {_place.Pack:N} ends within the record at {_place.Offset}.");

    private ArchiveException Changed(Exception? inner = null) =>
        new(ArchiveFault.Changed, $"The record at {_place.Offset} of pack {_place.Pack:N} was changed.", inner);
}
