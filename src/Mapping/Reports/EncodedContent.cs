using System.Buffers;
using System.Buffers.Text;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Reports;

/// <summary>How the data of a document are written (HL7 table 0299).</summary>
internal enum ContentEncoding { Base64, Hex }

/// <summary>
/// Decodes the data of a document where the message has them, a piece at a time: a document of many megabytes takes no second place in
/// memory. Blanks, line ends and escaped line ends between the characters say nothing.
/// </summary>
/// <exception cref="InvalidDataException">From reading: the data are not of that encoding.</exception>
internal sealed class EncodedContent(Element data, ContentEncoding encoding) : Stream
{
    private const int PieceBytes = 32 * 1024;
    private static readonly SearchValues<byte> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);
    private static readonly SearchValues<byte> HexCharacters = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private readonly SearchValues<byte> _characters = encoding == ContentEncoding.Base64 ? Base64Characters : HexCharacters;

    /// <summary>Characters that become whole bytes together.</summary>
    private readonly int _unit = encoding == ContentEncoding.Base64 ? 4 : 2;
    private readonly byte[] _encoded = new byte[PieceBytes];
    private readonly byte[] _decoded = new byte[PieceBytes];
    private int _at, _carried, _first, _last;
    private bool _isPadded, _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_first == _last && !_isAtEnd) Decode();
        var count = Math.Min(buffer.Length, _last - _first);
        _decoded.AsSpan(_first, count).CopyTo(buffer);
        _first += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Decodes the next piece.</summary>
    private void Decode()
    {
        var count = Fill();
        _isAtEnd = count < _encoded.Length;
        var whole = count - (count % _unit);
        if (_isAtEnd && whole < count)
        {
            // Some leave out the padding.
            if (encoding == ContentEncoding.Hex || count % _unit == 1) throw NotEncoded();
            while (count % _unit != 0) _encoded[count++] = (byte)'=';
            whole = count;
        }

        var piece = _encoded.AsSpan(0, whole);
        var status = encoding == ContentEncoding.Base64
            ? Base64.DecodeFromUtf8(piece, _decoded, out var used, out _last, isFinalBlock: true)
            : Convert.FromHexString(piece, _decoded, out used, out _last);
        if (status != OperationStatus.Done || used != whole) throw NotEncoded();
        _first = 0;
        _carried = count - whole;
        _encoded.AsSpan(whole, _carried).CopyTo(_encoded);
    }

    /// <summary>Gathers characters after those that are left of the last piece; how many there are then.</summary>
    private int Fill()
    {
        var raw = data.Raw;
        var count = _carried;
        while (count < _encoded.Length && _at < raw.Length)
        {
            var rest = raw[_at..];
            var run = rest.IndexOfAnyExcept(_characters);
            if (run < 0) run = rest.Length;
            if (run == 0)
            {
                _at += Skip(rest);
                continue;
            }

            run = Math.Min(run, _encoded.Length - count);
            Check(rest[..run]);
            rest[..run].CopyTo(_encoded.AsSpan(count));
            (_at, count) = (_at + run, count + run);
        }

        return count;
    }

    /// <summary>After the padding nothing may come.</summary>
    private void Check(ReadOnlySpan<byte> characters)
    {
        if (_isPadded && characters.ContainsAnyExcept((byte)'=')) throw NotEncoded();
        var padding = encoding == ContentEncoding.Base64 ? characters.IndexOf((byte)'=') : -1;
        if (padding < 0) return;
        _isPadded = true;
        if (characters[padding..].ContainsAnyExcept((byte)'=')) throw NotEncoded();
    }

    /// <summary>How many bytes stand here that are no characters of the encoding and say nothing.</summary>
    private int Skip(ReadOnlySpan<byte> rest)
    {
        if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') return 1;
        var escape = data.Message!.Delimiters.Escape;
        if (escape == 0 || rest[0] != escape || rest[1..].IndexOf(escape) is not (>= 0 and var length)) throw NotEncoded();
        var content = rest.Slice(1, length);
        return content.SequenceEqual(".br"u8) || content.SequenceEqual("X0D"u8) || content.SequenceEqual("X0A"u8)
            || content.SequenceEqual("X0D0A"u8) || content.SequenceEqual("X0d0a"u8)
            ? length + 2
            : throw NotEncoded();
    }

    private InvalidDataException NotEncoded() => new($"The data are not {encoding}.");
}
