using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>A body that comes in pieces of given sizes, as a network cuts it.</summary>
internal sealed class PieceStream(byte[] bytes, Func<int> size) : Stream
{
    private int _at;

    public static PieceStream Whole(byte[] bytes) => new(bytes, static () => int.MaxValue);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _at; set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Assert.NotEqual(0, buffer.Length);
        var taken = Math.Min(Math.Min(buffer.Length, bytes.Length - _at), Math.Max(size(), 1));
        bytes.AsMemory(_at, taken).CopyTo(buffer);
        _at += taken;
        return new(taken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
