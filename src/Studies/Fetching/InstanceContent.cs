using System.Buffers;
using System.IO.Pipelines;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Fetching;

/// <summary>The bytes of one stored instance, and what can be made of them.</summary>
public sealed class InstanceContent : IAsyncDisposable
{
    private const int MaxHeaderBytes = 64 * 1024 * 1024;
    private readonly InstanceStream _stream;

    private InstanceContent(StoredInstance instance, TransferSyntax syntax, InstanceStream stream) =>
        (Instance, Syntax, _stream) = (instance, syntax, stream);

    public StoredInstance Instance { get; }

    /// <summary>What it is stored in.</summary>
    public TransferSyntax Syntax { get; }

    public long Length => Instance.Bytes.Length;

    /// <exception cref="ArchiveException">Its bytes cannot be had.</exception>
    public static async Task<InstanceContent> OpenAsync(IArchive archive, StoredInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(instance);
        var syntax = TransferSyntax.FromUid(instance.TransferSyntaxUid) ?? TransferSyntax.ExplicitVrLittleEndian;
        var place = new Place(instance.Bytes.Pack, instance.Bytes.Offset, instance.Bytes.Length);
        var stream = instance is FetchedInstance fetched
            ? fetched.Open()
            : await archive.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        return new InstanceContent(instance, syntax, stream);
    }

    /// <summary>Writes a part of the file, as it is stored.</summary>
    public async Task CopyAsync(long offset, long length, PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (length > 0)
        {
            var memory = output.GetMemory((int)Math.Min(length, 64 * 1024));
            if (memory.Length > length) memory = memory[..(int)length];
            var count = await _stream.ReadAtAsync(offset, memory, cancellationToken).ConfigureAwait(false);
            if (count == 0) throw new EndOfStreamException("The stored instance is shorter than its row says.");
            output.Advance(count);
            (offset, length) = (offset + count, length - count);
            var flush = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) return; // nobody reads any more
        }
    }

    /// <summary>Writes the metadata as one object of the DICOM JSON model.</summary>
    /// <returns>Null, or why the stored bytes cannot be read.</returns>
    public async Task<string?> WriteMetadataAsync(
        IBufferWriter<byte> output, MetadataForm form, StudyCorrection? correction, CancellationToken cancellationToken)
    {
        var changes = correction?.For(await ReadHeaderAsync(cancellationToken).ConfigureAwait(false));
        using var writer = new MetadataWriter(Syntax, output, form, changes: changes);
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            // The pixels behind the attributes are not wanted.
            var wanted = (int)Math.Clamp(HeadLength, 1, piece.Length);
            for (long offset = Instance.Bytes.DataSetOffset; !writer.IsDone && writer.Error is null;)
            {
                var count = await _stream.ReadAtAsync(offset, piece.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
                if (count == 0) break;
                writer.Feed(piece.AsSpan(0, count));
                (offset, wanted) = (offset + count, piece.Length);
            }

            return writer.Finish() ? null : writer.Error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Looks for an element, reading no further than to where it begins.</summary>
    /// <returns>
    /// Where in the file its value is; nothing where that is not told by a place: what is deflated, big endian or fragments.
    /// </returns>
    public async Task<(bool IsFound, ByteRange? Place)> FindAsync(ElementPath path, CancellationToken cancellationToken)
    {
        var start = Instance.Bytes.DataSetOffset;
        using var extractor = new ElementExtractor(Syntax, path, new ArrayBufferWriter<byte>(1024));
        var piece = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (long offset = start; !extractor.IsFound && !extractor.IsDone && extractor.Error is null;)
            {
                var count = await _stream.ReadAtAsync(offset, piece, cancellationToken).ConfigureAwait(false);
                if (count == 0) break;
                extractor.Feed(piece.AsSpan(0, count));
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        var isPlain = !Syntax.IsDeflated && !Syntax.IsBigEndian;
        var place = isPlain && extractor.Stored is { } stored ? new ByteRange(start + stored.Offset, stored.Length) : (ByteRange?)null;
        return (extractor.IsFound, place);
    }

    /// <summary>Writes the value of an element, in little endian; of fragments what they hold.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public async Task ExtractAsync(ElementPath path, PipeWriter output, CancellationToken cancellationToken)
    {
        using var extractor = new ElementExtractor(Syntax, path, output);
        if (!await extractor.RunAsync(DataSet, output, cancellationToken).ConfigureAwait(false))
            throw new InvalidDataException(extractor.Error);
    }

    /// <summary>Whether the bytes are still those that were received: read to the end and compared by their digest.</summary>
    public async Task<bool> IsIntactAsync(CancellationToken cancellationToken)
    {
        using var scanner = new InstanceScanner(Syntax);
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long offset = Instance.Bytes.DataSetOffset; offset < Length;)
            {
                var count = await _stream.ReadAtAsync(offset, piece, cancellationToken).ConfigureAwait(false);
                if (count == 0) return false;
                scanner.Feed(piece.AsSpan(0, count));
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return scanner.Finish().Digests is { } found && found.DataSet.Span.SequenceEqual(Instance.Bytes.Digest.Span);
    }

    /// <summary>What stands before the value of the pixel data, with other attributes, in the same little endian syntax.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    internal async Task<ReadOnlyMemory<byte>> ChangeHeadAsync(AttributeChanges changes, CancellationToken cancellationToken)
    {
        var head = new ArrayBufferWriter<byte>();
        using var rewriter = new DataSetRewriter(Syntax, Syntax, head, changes);
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long done = 0; done < HeadLength && rewriter.Error is null;)
            {
                var wanted = (int)Math.Min(piece.Length, HeadLength - done);
                var count = await _stream.ReadAtAsync(Instance.Bytes.DataSetOffset + done, piece.AsMemory(0, wanted), cancellationToken)
                    .ConfigureAwait(false);
                if (count == 0) throw new EndOfStreamException("The stored instance is shorter than its row says.");
                rewriter.Feed(piece.AsSpan(0, count));
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        // Without pixel data this is all of it.
        if (HeadLength == Length - Instance.Bytes.DataSetOffset) rewriter.Finish();
        return rewriter.Error is null ? head.WrittenMemory : throw new InvalidDataException(rewriter.Error);
    }

    /// <summary>Bytes of the data set before the value of the pixel data.</summary>
    internal long HeadLength => Math.Min(Instance.Bytes.HeaderLength, Length - Instance.Bytes.DataSetOffset);

    /// <summary>The attributes before the pixel data.</summary>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public async Task<DataSet> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        _stream.Position = 0;
        var file = await Part10.ReadAsync(_stream, options: null, MaxHeaderBytes, cancellationToken).ConfigureAwait(false);
        return file.Error is null ? file.DataSet : throw new InvalidDataException(file.Error);
    }

    /// <summary>Where the frames are; null when the instance has none, or they cannot be fetched one by one.</summary>
    public FrameTable? Frames => Instance.Bytes.Frames.IsEmpty || Syntax.IsDeflated ? null : FrameTable.Read(Instance.Bytes.Frames);

    /// <summary>The bytes of a frame, as they are stored.</summary>
    public async Task<byte[]> ReadFrameAsync(FrameLocation frame, CancellationToken cancellationToken)
    {
        var bytes = new byte[frame.Length];
        var filled = 0;
        foreach (var range in frame.Ranges)
        {
            for (var done = 0L; done < range.Length;)
            {
                var count = await _stream.ReadAtAsync(
                    Instance.Bytes.DataSetOffset + range.Offset + done, bytes.AsMemory(filled, (int)(range.Length - done)),
                    cancellationToken).ConfigureAwait(false);
                if (count == 0) throw new EndOfStreamException("The stored instance is shorter than its row says.");
                (filled, done) = (filled + count, done + count);
            }
        }

        return bytes;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>The data set for a pass over it that flushes what it writes.</summary>
    internal Stream DataSet
    {
        get
        {
            _stream.Position = Instance.Bytes.DataSetOffset;
            return _stream;
        }
    }
}
