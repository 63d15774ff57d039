using System.Buffers.Binary;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Domain.Studies;
using CloudPacs.Pixels;

namespace CloudPacs.Studies.Fetching;

/// <summary>
/// An instance as one receiver gets it: in its own syntax as it is stored, else in little endian, decoded where it is compressed; with the
/// attributes that are known better by now.
/// </summary>
public sealed class OutgoingInstance
{
    private readonly InstanceContent _content;
    private readonly TransferSyntax _syntax;
    private DecodedPixels? _pixels;
    private AttributeChanges? _changes;

    /// <summary>In its own syntax, what stands before the value of the pixel data where that is other than stored.</summary>
    private ReadOnlyMemory<byte>? _head;

    private OutgoingInstance(InstanceContent content, TransferSyntax syntax) => (_content, _syntax) = (content, syntax);

    /// <summary>Bytes of the file; null where only writing it tells.</summary>
    public long? Length => _syntax.Uid != _content.Syntax.Uid ? null
        : _head is { } head ? _content.Length - _content.HeadLength + head.Length
        : _content.Length;

    /// <summary>Whether an instance that is stored in one syntax can be written in another.</summary>
    public static bool CanBeWritten(TransferSyntax stored, TransferSyntax target)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(target);
        if (stored.Uid == target.Uid) return true;
        var isPlain = target.Uid == TransferSyntax.ExplicitVrLittleEndian.Uid || target.Uid == TransferSyntax.ImplicitVrLittleEndian.Uid;
        return isPlain && (!stored.IsEncapsulated || PixelCodecs.CanDecode(stored.Uid, out _));
    }

    /// <summary>Whether images that are stored in a syntax may have lost something when they were compressed.</summary>
    public static bool MayHaveLost(string transferSyntaxUid) => LossySyntaxes.MethodOf(transferSyntaxUid) is not null;

    /// <summary>
    /// The syntax in which an instance goes out when nothing else is asked for: its own. What is deflated or big endian is not written so
    /// again, where something in it is corrected.
    /// </summary>
    public static TransferSyntax OwnSyntax(TransferSyntax stored, StudyCorrection? correction)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return correction is not null && (stored.IsDeflated || stored.IsBigEndian) ? TransferSyntax.ExplicitVrLittleEndian : stored;
    }

    /// <summary>Makes all ready that can fail.</summary>
    /// <param name="content">The instance; to be kept open as long as this is written.</param>
    /// <param name="syntax">What the receiver takes.</param>
    /// <param name="correction">What its study says otherwise by now; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UndecodableException">It cannot be had in that syntax.</exception>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public static async Task<OutgoingInstance> PrepareAsync(
        InstanceContent content, TransferSyntax syntax, StudyCorrection? correction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(syntax);
        if (!CanBeWritten(content.Syntax, syntax))
            throw new UndecodableException(PixelProblemKind.NotSupported, $"{content.Syntax.Name} is not decoded here.");
        var outgoing = new OutgoingInstance(content, syntax);
        await outgoing.PrepareAsync(correction, cancellationToken).ConfigureAwait(false);
        return outgoing;
    }

    /// <summary>Writes the file; one that is stored in another syntax gets file meta information of ours.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public async Task WriteFileAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Length is { } length)
        {
            await CopyFileAsync(0, length, output, cancellationToken).ConfigureAwait(false);
            return;
        }

        var instance = _content.Instance;
        Part10.WriteHeader(Part10.CreateMeta(instance.SopClassUid, instance.SopInstanceUid, _syntax), output);
        await WriteDataSetAsync(output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a part of a file whose length is known.</summary>
    public async Task CopyFileAsync(long offset, long length, PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_head is not { } head)
        {
            await _content.CopyAsync(offset, length, output, cancellationToken).ConfigureAwait(false);
            return;
        }

        var (start, end) = ((long)_content.Instance.Bytes.DataSetOffset, offset + length);
        var tail = start + head.Length;
        if (offset < start)
            await _content.CopyAsync(offset, Math.Min(end, start) - offset, output, cancellationToken).ConfigureAwait(false);
        var (from, to) = ((int)Math.Clamp(offset - start, 0, head.Length), (int)Math.Clamp(end - start, 0, head.Length));
        if (from < to) await output.WriteAsync(head[from..to], cancellationToken).ConfigureAwait(false);
        if (end <= tail) return;
        var first = Math.Max(offset, tail);
        var stored = first - tail + start + _content.HeadLength;
        await _content.CopyAsync(stored, end - first, output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the data set alone.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are damaged.</exception>
    public async Task WriteDataSetAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Length is { } length)
        {
            var start = _content.Instance.Bytes.DataSetOffset;
            await CopyFileAsync(start, length - start, output, cancellationToken).ConfigureAwait(false);
            return;
        }

        await RewriteAsync(_changes, output, cancellationToken).ConfigureAwait(false);
        if (_pixels is null) return;
        WritePixelHead(output);
        await _pixels.WriteAsync(output, cancellationToken).ConfigureAwait(false);
        await RewriteAsync(DecodedHeader.Rest, output, cancellationToken).ConfigureAwait(false);
    }

    private async Task PrepareAsync(StudyCorrection? correction, CancellationToken cancellationToken)
    {
        var isOwn = _syntax.Uid == _content.Syntax.Uid;
        if (correction is null && (isOwn || !_content.Syntax.IsEncapsulated)) return;
        var header = await _content.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        _changes = correction?.For(header);
        if (isOwn)
        {
            if (_changes is not null) _head = await _content.ChangeHeadAsync(_changes, cancellationToken).ConfigureAwait(false);
        }
        else if (_content.Syntax.IsEncapsulated)
        {
            _pixels = _content.Instance.Bytes.PixelDigest.IsEmpty
                ? null
                : await DecodedPixels.DecodeAsync(_content, header, cancellationToken).ConfigureAwait(false);
            _changes = DecodedHeader.Changes(header, _pixels, _changes);
        }
    }

    private async Task RewriteAsync(AttributeChanges? changes, PipeWriter output, CancellationToken cancellationToken)
    {
        using var rewriter = new DataSetRewriter(_content.Syntax, _syntax, output, changes);
        if (!await rewriter.RunAsync(_content.DataSet, output, cancellationToken).ConfigureAwait(false))
            throw new InvalidDataException(rewriter.Error);
    }

    private void WritePixelHead(PipeWriter output)
    {
        using var head = new DataSetRewriter(TransferSyntax.ExplicitVrLittleEndian, _syntax, output);
        var bytes = new byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Tags.PixelData.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), Tags.PixelData.Element);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)_pixels!.VR);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)_pixels.Length);
        head.Feed(bytes);
    }
}
