using System.Buffers;
using System.IO.Pipelines;

namespace CloudPacs.DicomWeb.Multipart;

/// <summary>
/// Reads a multipart body (RFC 2046 5.1, PS3.18 8.6.1.2) as it comes: part after part, each in pieces, with one buffer whatever the size.
/// </summary>
/// <remarks>
/// What comes in is never a reason to throw: <see cref="Fault"/> says what is wrong. What the stream throws (a lost connection, a body
/// above the server's limit) passes through. For one caller at a time.
/// </remarks>
public sealed class PartReader : IDisposable
{
    private readonly Stream _source;
    private readonly MultipartLimits _limits;
    private readonly DelimiterLine _delimiter;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _isInPart;
    private bool _isAtHeaders;
    private int _parts;

    /// <param name="source">The body; not closed.</param>
    /// <param name="boundary">As Content-Type names it (<see cref="MultipartType"/>).</param>
    /// <param name="limits">What it may hold; null = the default.</param>
    public PartReader(Stream source, string boundary, MultipartLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(boundary);
        _source = source;
        _limits = limits ?? MultipartLimits.Default;
        _delimiter = new DelimiterLine(boundary);
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(_limits.BufferBytes, _limits.MaxHeaderBytes + (2 * _delimiter.Length) + 256));
        // The first boundary may begin the body: it has the CR LF that all others have.
        "\r\n"u8.CopyTo(_buffer);
        _end = 2;
    }

    public PartReader(PipeReader source, string boundary, MultipartLimits? limits = null)
        : this(source?.AsStream(leaveOpen: true)!, boundary, limits)
    {
    }

    /// <summary>Headers of the part that was reached last.</summary>
    public PartHeaders Headers { get; private set; } = PartHeaders.None;

    /// <summary>What is wrong with the body.</summary>
    public MultipartFault Fault { get; private set; }

    /// <summary>The closing boundary was read: what follows it is of no interest.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Parts reached so far.</summary>
    public int Parts => _parts;

    /// <summary>Goes on to the next part; what was not read of the one before is passed over.</summary>
    /// <returns>False after the last part, and when the body is broken.</returns>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        var passed = 0L;
        while (!_isAtHeaders)
        {
            if (IsComplete || Fault != MultipartFault.None) return false;
            passed += (await ReadPieceAsync(cancellationToken).ConfigureAwait(false)).Bytes.Length;
            if (_parts == 0 && passed > _limits.MaxPreambleBytes + 2) return Break(MultipartFault.PreambleTooLong);
        }

        return await ReadHeadersAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next piece of the part; <see cref="PieceKind.End"/> again and again after its end.</summary>
    public ValueTask<PartPiece> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fault != MultipartFault.None) return new(new PartPiece(default, PieceKind.Broken));
        return _isInPart ? ReadPieceAsync(cancellationToken) : new(new PartPiece(default, PieceKind.End));
    }

    /// <summary>
    /// The part as a stream, which ends with it; a broken body is an <see cref="InvalidDataException"/>. Valid until the next part is asked
    /// for.
    /// </summary>
    public Stream OpenBody() => new PartStream(this);

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end, _isInPart) = ([], 0, 0, false);
        if (!IsComplete && Fault == MultipartFault.None) Fault = MultipartFault.Truncated;
    }

    /// <summary>At the end of a part, or of what stands before the first, the delimiter is what begins the buffer.</summary>
    private async ValueTask<PartPiece> ReadPieceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (piece, kind) = Scan();
            if (kind == PieceKind.Broken) Break(_parts == 0 ? MultipartFault.NoBoundary : MultipartFault.Truncated);
            if (kind != PieceKind.More) _isInPart = false;
            if (piece > 0)
            {
                _start += piece;
                return new(_buffer.AsMemory(_start - piece, piece), PieceKind.More);
            }

            if (kind != PieceKind.More) return new(default, kind);
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How many bytes from the start of the buffer belong to the part for sure, and what comes after them.</summary>
    private (int Piece, PieceKind Kind) Scan()
    {
        var from = 0;
        while (true)
        {
            var bytes = _buffer.AsSpan(_start, _end - _start);
            var at = _delimiter.Find(bytes[from..]);
            if (at < 0)
            {
                if (!_isAtEnd) return (Math.Max(_delimiter.FindBeginning(bytes), from), PieceKind.More);
                return bytes.IsEmpty ? (0, PieceKind.Broken) : (bytes.Length, PieceKind.More);
            }

            at += from;
            var (kind, length) = DelimiterLine.Tell(bytes[(at + _delimiter.Length)..], _isAtEnd);
            switch (kind)
            {
                case DelimiterKind.Data:
                    from = at + _delimiter.Length;
                    continue;
                case DelimiterKind.NeedMore when _isAtEnd:
                    return at > 0 ? (at, PieceKind.More) : (0, PieceKind.Broken);
                case DelimiterKind.NeedMore:
                    return (at, PieceKind.More);
                case var _ when at > 0:
                    return (at, PieceKind.More);
                case DelimiterKind.LineFeed:
                    Break(MultipartFault.LineFeedOnly);
                    return (0, PieceKind.Broken);
                case DelimiterKind.Close:
                    IsComplete = true;
                    return (0, PieceKind.End);
                default:
                    _start += _delimiter.Length + length;
                    _isAtHeaders = true;
                    return (0, PieceKind.End);
            }
        }
    }

    /// <summary>The buffer begins with the CR LF of the boundary's line; headers end with an empty line, or with a boundary.</summary>
    private async ValueTask<bool> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        if (++_parts > _limits.MaxParts) return Break(MultipartFault.TooManyParts);
        while (true)
        {
            if (TakeHeaders()) return Fault == MultipartFault.None;
            // Enough is there to see a boundary after the longest headers, with blanks and the end of its line.
            if (_end - _start > _limits.MaxHeaderBytes + _delimiter.Length + 128) return Break(MultipartFault.HeadersTooLong);
            if (_isAtEnd) return Break(MultipartFault.Truncated);
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A part may have no body, or no headers either (RFC 2046 5.1.1): the boundary after it then begins with the CR LF of the last line.
    /// </summary>
    /// <returns>False when more bytes are needed.</returns>
    private bool TakeHeaders()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        var looked = end < 0 ? bytes : bytes[..Math.Min(bytes.Length, end + 2 + _delimiter.Length)];
        var next = end + 4;
        if (_delimiter.Find(looked) is var boundary and >= 0)
        {
            var (kind, _) = DelimiterLine.Tell(bytes[(boundary + _delimiter.Length)..], _isAtEnd);
            if (kind == DelimiterKind.NeedMore) return false;
            if (kind != DelimiterKind.Data) (end, next) = (end < 0 ? boundary : Math.Min(boundary, end), boundary);
        }
        else if (end >= 0 && !_isAtEnd && _delimiter.FindBeginning(looked) == end + 2) return false;

        if (end < 0) return false;
        if (end > _limits.MaxHeaderBytes + 2) return !Break(MultipartFault.HeadersTooLong);
        if (PartHeaders.Read(end > 2 ? bytes[2..end] : default) is not { } headers) return !Break(MultipartFault.BadHeader);
        Headers = headers;
        _start += next;
        (_isInPart, _isAtHeaders) = (true, false);
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await _source.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _isAtEnd = read == 0;
    }

    private bool Break(MultipartFault fault)
    {
        if (Fault == MultipartFault.None) Fault = fault;
        _isInPart = false;
        return false;
    }
}
