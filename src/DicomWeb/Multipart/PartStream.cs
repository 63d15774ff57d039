namespace CloudPacs.DicomWeb.Multipart;

/// <summary>One part for code that reads streams.</summary>
internal sealed class PartStream(PartReader reader) : Stream
{
    private readonly int _part = reader.Parts;
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        if (_part != reader.Parts) throw new InvalidOperationException("The reader has gone on to another part.");
        while (_rest.IsEmpty)
        {
            var (bytes, kind) = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (kind == PieceKind.Broken) throw new InvalidDataException(reader.Fault.Text());
            if (kind == PieceKind.End) return 0;
            _rest = bytes;
        }

        var taken = Math.Min(buffer.Length, _rest.Length);
        _rest[..taken].CopyTo(buffer);
        _rest = _rest[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
