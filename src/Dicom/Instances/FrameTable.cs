using System.Buffers;
using System.Buffers.Binary;

namespace CloudPacs.Dicom;

/// <summary>Bytes of a data set.</summary>
/// <param name="Offset">Of the first, from the start of the data set.</param>
/// <param name="Length">How many.</param>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>Where a frame lies.</summary>
/// <param name="Ranges">Its bytes, without item headers: one range for a native frame, one for each fragment of a compressed one.</param>
/// <param name="FirstBit">
/// The bit of the first byte where it begins, 0 to 7 from the least significant (PS3.5 8.1.1): frames of 1-bit samples follow one another
/// without padding. Its last bits share a byte with the next frame likewise.
/// </param>
public readonly record struct FrameLocation(IReadOnlyList<ByteRange> Ranges, int FirstBit)
{
    /// <summary>Bytes of all ranges.</summary>
    public long Length => Ranges.Sum(range => range.Length);
}

/// <summary>
/// Where the frames of one instance lie, as few bytes that can be stored: native frames are computed, the lengths of fragments stand behind
/// one another with a mark at every 64th frame, so that any frame is found by reading at most 64 entries. Immutable.
/// </summary>
public sealed class FrameTable
{
    private const byte NativeForm = 1;
    private const byte FragmentForm = 2;
    private const int ItemHeaderBytes = 8;
    private const int MarkBytes = 12;
    internal const int FramesPerMark = 64;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _marks;
    private readonly long _start;
    private readonly long _frameBits;

    private FrameTable(ReadOnlyMemory<byte> bytes, int count, int marks, long start, long frameBits)
    {
        _bytes = bytes;
        Count = count;
        _marks = marks;
        _start = start;
        _frameBits = frameBits;
    }

    /// <summary>How many frames the pixel data hold, whatever Number of Frames (0028,0008) says.</summary>
    public int Count { get; }

    /// <summary>Frames are plain samples, not fragments of a compressed stream.</summary>
    public bool IsNative => _frameBits > 0;

    /// <summary>The table as it is stored; <see cref="Read"/> takes it.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Takes a table that was stored. It refers to these bytes.</summary>
    /// <exception cref="InvalidDataException">They are no such table.</exception>
    public static FrameTable Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new VarintReader(bytes.Span);
        var form = reader.Byte();
        var count = (int)Math.Min(reader.Next(), int.MaxValue);
        var start = (long)reader.Next();
        if (form == NativeForm && (long)reader.Next() is > 0 and var frameBits) return new FrameTable(bytes, count, 0, start, frameBits);
        if (form != FragmentForm || MarksOf(count) * (long)MarkBytes > bytes.Length - reader.Position)
            throw new InvalidDataException("The bytes are not a table of frames.");
        return new FrameTable(bytes, count, reader.Position, start, 0);
    }

    /// <summary>Finds a frame.</summary>
    /// <param name="number">1 for the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="InvalidDataException">The stored table was damaged.</exception>
    public FrameLocation Find(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
        var index = number - 1;
        if (IsNative)
        {
            var firstBit = index * _frameBits;
            return new([new ByteRange(_start + firstBit / 8, (firstBit % 8 + _frameBits + 7) / 8)], (int)(firstBit % 8));
        }

        var mark = _bytes.Span.Slice(_marks + index / FramesPerMark * MarkBytes, MarkBytes);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(mark);
        var reader = new VarintReader(_bytes.Span) { Position = BinaryPrimitives.ReadInt32LittleEndian(mark[8..]) };
        for (var passed = index % FramesPerMark; passed > 0; passed--)
            for (var fragments = reader.Next(); fragments > 0; fragments--) offset += ItemHeaderBytes + (long)reader.Next();
        var count = reader.Next();
        if (count > (ulong)_bytes.Length) throw new InvalidDataException("The table of frames is damaged.");
        var ranges = new ByteRange[count];
        for (var i = 0; i < ranges.Length; i++)
        {
            var length = (long)reader.Next();
            ranges[i] = new ByteRange(offset + ItemHeaderBytes, length);
            offset += ItemHeaderBytes + length;
        }

        return new(ranges, 0);
    }

    /// <summary>Frames of one size behind one another.</summary>
    /// <param name="start">Where the first begins.</param>
    /// <param name="frameBits">Bits of each.</param>
    /// <param name="count">How many.</param>
    internal static FrameTable Native(long start, long frameBits, int count)
    {
        var output = new ArrayBufferWriter<byte>(32);
        Varint.Write(output, NativeForm);
        Varint.Write(output, (ulong)count);
        Varint.Write(output, (ulong)start);
        Varint.Write(output, (ulong)frameBits);
        return Read(output.WrittenSpan.ToArray());
    }

    /// <summary>Frames of fragments.</summary>
    /// <param name="start">Where the item tag of the first fragment stands.</param>
    /// <param name="count">How many frames.</param>
    /// <param name="frames">Gives the lengths of the fragments of each frame in turn.</param>
    internal static FrameTable Fragments(long start, int count, IEnumerable<IReadOnlyList<uint>> frames)
    {
        var head = new ArrayBufferWriter<byte>(32);
        Varint.Write(head, FragmentForm);
        Varint.Write(head, (ulong)count);
        Varint.Write(head, (ulong)start);
        var marks = new byte[MarksOf(count) * MarkBytes];
        var entries = new ArrayBufferWriter<byte>(Math.Max(16, count * 4));
        var (index, offset) = (0, start);
        foreach (var lengths in frames)
        {
            if (index % FramesPerMark == 0)
            {
                var mark = marks.AsSpan(index / FramesPerMark * MarkBytes, MarkBytes);
                BinaryPrimitives.WriteInt64LittleEndian(mark, offset);
                BinaryPrimitives.WriteInt32LittleEndian(mark[8..], head.WrittenCount + marks.Length + entries.WrittenCount);
            }

            Varint.Write(entries, (ulong)lengths.Count);
            foreach (var length in lengths)
            {
                Varint.Write(entries, length);
                offset += ItemHeaderBytes + length;
            }

            index++;
        }

        return Read((byte[])[.. head.WrittenSpan, .. marks, .. entries.WrittenSpan]);
    }

    private static int MarksOf(int count) => (int)(((long)count + FramesPerMark - 1) / FramesPerMark);
}
