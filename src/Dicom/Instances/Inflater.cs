using System.IO.Compression;

namespace CloudPacs.Dicom;

/// <summary>
/// Inflates a raw deflate stream (RFC 1951, PS3.5 A.5) that is fed in pieces. What comes out is limited in bytes, and in how many times
/// more it may be than what went in.
/// </summary>
/// <param name="maxBytes">Most that may come out.</param>
/// <param name="maxRatio">How many times more may come out than went in, beyond the first MiB.</param>
/// <param name="output">Is given what comes out, a chunk at a time.</param>
/// <param name="wantsMore">Whether it is still of use to inflate.</param>
internal sealed class Inflater(long maxBytes, int maxRatio, Action<ReadOnlySpan<byte>> output, Func<bool> wantsMore) : IDisposable
{
    private const int ChunkBytes = 16 * 1024;
    private const long FreeBytes = 1024 * 1024;

    private readonly PieceSource _source = new();
    private readonly byte[] _output = new byte[ChunkBytes];
    private DeflateStream? _stream;
    private long _in;
    private long _out;
    private bool _isEnded;

    /// <summary>Why inflating stopped; null while all is well.</summary>
    public string? Error { get; private set; }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty && !_isEnded && wantsMore())
        {
            var count = Math.Min(piece.Length, ChunkBytes);
            _source.Give(piece[..count]);
            piece = piece[count..];
            _in += count;
            Drain();
        }
    }

    /// <summary>Nothing more follows.</summary>
    public void Finish()
    {
        if (Error != null || _isEnded) return;
        Error = "The deflated data set ends before its last block.";
    }

    public void Dispose() => _stream?.Dispose();

    private void Drain()
    {
        _stream ??= new DeflateStream(_source, CompressionMode.Decompress);
        try
        {
            while (wantsMore())
            {
                var count = _stream.Read(_output);
                if (count == 0)
                {
                    // It asks for more while there is something to come; at the end of the stream it leaves what it has.
                    _isEnded = !_source.WasAsked;
                    return;
                }

                _out += count;
                if (_out > maxBytes) Error = $"The deflated data set is larger than {maxBytes} bytes once inflated.";
                else if (_out > FreeBytes && _out / maxRatio > _in)
                    Error = $"The deflated data set is more than {maxRatio} times larger once inflated.";
                else output(_output.AsSpan(0, count));
            }
        }
        catch (InvalidDataException)
        {
            Error = "The data set is not a deflate stream.";
        }
    }

    /// <summary>Gives what is there; without anything it says so by a read of nothing, after which it may be asked again.</summary>
    private sealed class PieceSource : Stream
    {
        private readonly byte[] _bytes = new byte[ChunkBytes];
        private int _start;
        private int _end;

        /// <summary>It was asked for more than there was since it was last given something.</summary>
        public bool WasAsked { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Give(ReadOnlySpan<byte> piece)
        {
            piece.CopyTo(_bytes);
            (_start, _end, WasAsked) = (0, piece.Length, false);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _end - _start);
            if (count == 0) WasAsked = true;
            _bytes.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
