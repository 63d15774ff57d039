using System.Buffers;
using System.Buffers.Binary;

namespace CloudPacs.Store.Fhir;

/// <summary>
/// The LZ4 block format with a dictionary: short texts of one kind shrink to a third at the cost of a copy. Thread-safe.
/// </summary>
/// <remarks>Positions have 16 bits, so dictionary and text together stay below 64 KB.</remarks>
internal sealed class Lz4Block
{
    public const int MaxText = 32 * 1024;
    private const int HashBits = 13, LeastMatch = 4;

    // The format demands that a block ends with five literals and that no match starts within the last twelve bytes.
    private const int LastLiterals = 5, NoMatchAtEnd = 12;
    private readonly byte[] _dictionary;
    private readonly ushort[] _positions = new ushort[1 << HashBits];

    public Lz4Block(ReadOnlySpan<byte> dictionary)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dictionary.Length, ushort.MaxValue - MaxText);
        _dictionary = dictionary.ToArray();
        for (var i = 0; i + LeastMatch <= _dictionary.Length; i++) _positions[Hash(_dictionary, i)] = (ushort)i;
    }

    public static int MaxEncodedLength(int length) => length + (length / 255) + 16;

    /// <summary>Writes the block of a text into <paramref name="target"/>, which has <see cref="MaxEncodedLength"/> bytes.</summary>
    /// <returns>Length of the block.</returns>
    public int Encode(ReadOnlySpan<byte> text, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, MaxText);
        var end = _dictionary.Length + text.Length;
        var rented = ArrayPool<byte>.Shared.Rent(end);
        _dictionary.CopyTo(rented, 0);
        text.CopyTo(rented.AsSpan(_dictionary.Length));
        var written = EncodeWindow(rented.AsSpan(0, end), target);
        ArrayPool<byte>.Shared.Return(rented);
        return written;
    }

    /// <summary>Brings back a text of known length.</summary>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public byte[] Decode(ReadOnlySpan<byte> block, int length)
    {
        var text = new byte[length];
        try
        {
            Decode(block, text);
            return text;
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or ArgumentException)
        {
            throw new InvalidDataException("A compressed resource is damaged.", e);
        }
    }

    private int EncodeWindow(ReadOnlySpan<byte> window, Span<byte> target)
    {
        Span<ushort> positions = stackalloc ushort[1 << HashBits];
        _positions.CopyTo(positions);
        var (at, literals, written) = (_dictionary.Length, _dictionary.Length, 0);
        while (at < window.Length - NoMatchAtEnd)
        {
            ref var position = ref positions[Hash(window, at)];
            int found = position;
            position = (ushort)at;
            var length = found < at ? window[at..^LastLiterals].CommonPrefixLength(window[found..]) : 0;
            if (length < LeastMatch)
            {
                at++;
                continue;
            }

            for (; at > literals && found > 0 && window[at - 1] == window[found - 1]; at--, found--) length++;
            written += WriteSequence(target[written..], window[literals..at], at - found, length);
            literals = at += length;
        }

        return written + WriteSequence(target[written..], window[literals..], offset: 0, length: 0);
    }

    /// <summary>Literals, then a copy of earlier bytes; the last sequence has none.</summary>
    private static int WriteSequence(Span<byte> target, ReadOnlySpan<byte> literals, int offset, int length)
    {
        var copied = offset == 0 ? 0 : length - LeastMatch;
        target[0] = (byte)((Math.Min(literals.Length, 15) << 4) | Math.Min(copied, 15));
        var written = 1 + WriteRest(target[1..], literals.Length);
        literals.CopyTo(target[written..]);
        written += literals.Length;
        if (offset == 0) return written;
        BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)offset);
        return written + 2 + WriteRest(target[(written + 2)..], copied);
    }

    /// <summary>What of a length does not fit into the four bits of the token.</summary>
    private static int WriteRest(Span<byte> target, int length)
    {
        if (length < 15) return 0;
        var written = 0;
        for (length -= 15; length >= 255; length -= 255) target[written++] = 255;
        target[written++] = (byte)length;
        return written;
    }

    private void Decode(ReadOnlySpan<byte> block, Span<byte> text)
    {
        for (var at = 0; ;)
        {
            var token = block[0];
            block = block[1..];
            var literals = ReadLength(token >> 4, ref block);
            block[..literals].CopyTo(text[at..]);
            block = block[literals..];
            at += literals;
            if (block.IsEmpty)
            {
                if (at == text.Length) return;
                throw new InvalidDataException("A compressed resource is damaged: its length is another.");
            }

            int offset = BinaryPrimitives.ReadUInt16LittleEndian(block);
            block = block[2..];
            at = Copy(text, at, offset, ReadLength(token & 15, ref block) + LeastMatch);
        }
    }

    /// <summary>Copies what stands some bytes before, in the text or in the dictionary before it.</summary>
    /// <returns>Where the text goes on.</returns>
    private int Copy(Span<byte> text, int at, int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(offset);
        if (offset > at)
        {
            var words = _dictionary.AsSpan(_dictionary.Length - (offset - at));
            words = words[..Math.Min(words.Length, length)];
            words.CopyTo(text[at..]);
            at += words.Length;
            length -= words.Length;
        }

        // A copy may reach into what it writes: a run.
        while (length > 0)
        {
            var part = Math.Min(length, offset);
            text.Slice(at - offset, part).CopyTo(text[at..]);
            (at, length) = (at + part, length - part);
        }

        return at;
    }

    private static int ReadLength(int length, ref ReadOnlySpan<byte> block)
    {
        if (length < 15) return length;
        byte more;
        do
        {
            more = block[0];
            length += more;
            block = block[1..];
        }
        while (more == 255);
        return length;
    }

    private static int Hash(ReadOnlySpan<byte> window, int at) =>
        (int)((BinaryPrimitives.ReadUInt32LittleEndian(window[at..]) * 2654435761U) >> (32 - HashBits));
}
