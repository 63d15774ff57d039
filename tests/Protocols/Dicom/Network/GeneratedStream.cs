namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>So many bytes that are nowhere held; notes how much memory is in use while they are read.</summary>
internal sealed class GeneratedStream(long length) : Stream
{
    private long _position;

    public long MostMemory { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = (int)Math.Min(count, length - _position);
        buffer.AsSpan(offset, read).Fill((byte)(_position >> 16));
        _position += read;
        MostMemory = Math.Max(MostMemory, GC.GetTotalMemory(forceFullCollection: false));
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
