using System.Buffers;
using System.IO.Pipelines;
using CloudPacs.Archive;
using CloudPacs.Dicom;
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

    /// <summary>Writes the data set alone, as it is stored or in explicit VR little endian.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public Task WriteDataSetAsync(TransferSyntax syntax, PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        var start = Instance.Bytes.DataSetOffset;
        return syntax.Uid == Syntax.Uid
            ? CopyAsync(start, Length - start, output, cancellationToken)
            : RewriteDataSetAsync(output, cancellationToken);
    }

    /// <summary>Writes the file in explicit VR little endian; pixel data that are compressed stay so.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public async Task RewriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        Part10.WriteHeader(
            Part10.CreateMeta(Instance.SopClassUid, Instance.SopInstanceUid, TransferSyntax.ExplicitVrLittleEndian), output);
        await RewriteDataSetAsync(output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the metadata as one object of the DICOM JSON model.</summary>
    /// <returns>Null, or why the stored bytes cannot be read.</returns>
    public async Task<string?> WriteMetadataAsync(IBufferWriter<byte> output, MetadataForm form, CancellationToken cancellationToken)
    {
        using var writer = new MetadataWriter(Syntax, output, form);
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long offset = Instance.Bytes.DataSetOffset; !writer.IsDone && writer.Error is null;)
            {
                var count = await _stream.ReadAtAsync(offset, piece, cancellationToken).ConfigureAwait(false);
                if (count == 0) break;
                writer.Feed(piece.AsSpan(0, count));
                offset += count;
            }

            return writer.Finish() ? null : writer.Error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
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

    private async Task RewriteDataSetAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        _stream.Position = Instance.Bytes.DataSetOffset;
        using var rewriter = new ExplicitRewriter(Syntax, output);
        if (!await rewriter.RunAsync(_stream, output, cancellationToken).ConfigureAwait(false))
            throw new InvalidDataException(rewriter.Error);
    }
}
