using System.Buffers;
using System.Numerics;

namespace CloudPacs.Mllp.Framing;

/// <summary>The bytes of one connection that are received and not yet taken, in one piece. Owned by the reading loop.</summary>
internal sealed class ReceiveBuffer(int maxFrameBytes) : IDisposable
{
    public const int InitialBytes = 16 * 1024;
    private const int LeastRoom = 1024;
    private const int KeepBytes = 128 * 1024;
    private const int LargestPooled = 1024 * 1024;

    // Room for the blocks around the largest frame and for a read after it: the reader refuses a frame before this is full.
    private readonly int _largest = LargestFor(maxFrameBytes);
    private byte[] _array = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _start;
    private int _end;

    /// <summary>The largest capacity that a buffer for such frames ever has.</summary>
    public static int LargestFor(int maxFrameBytes)
    {
        var bytes = Math.Max(InitialBytes, maxFrameBytes + 4 * LeastRoom);
        // The pool hands out powers of two; what is asked for and what is accounted for must be the same.
        return bytes <= LargestPooled ? (int)BitOperations.RoundUpToPowerOf2((uint)bytes) : bytes;
    }

    public int Capacity => _array.Length;

    public ReadOnlySpan<byte> Unread => _array.AsSpan(_start, _end - _start);

    public Memory<byte> Free => _array.AsMemory(_end);

    /// <summary>A read into <see cref="Free"/> has not ended: what it writes to must stay where it is.</summary>
    public bool IsBeingFilled { get; set; }

    public void Consume(int bytes)
    {
        _start += bytes;
        if (_start == _end && !IsBeingFilled) _start = _end = 0;
    }

    public void Filled(int bytes)
    {
        _end += bytes;
        IsBeingFilled = false;
    }

    /// <summary>
    /// The capacity that the next read asks for: larger than now when a frame outgrows the buffer, smaller after a large one has gone.
    /// </summary>
    public int WantedCapacity()
    {
        var unread = _end - _start;
        if (_array.Length > KeepBytes && unread < InitialBytes / 2) return InitialBytes;
        if (_array.Length - _end >= LeastRoom || _array.Length - unread >= LeastRoom) return _array.Length;
        // What is outgrown is garbage until it is collected: of a large frame there shall not be another half.
        return (int)Math.Min(_array.Length * (_array.Length < LargestPooled ? 2L : 4L), _largest);
    }

    /// <summary>
    /// Gives a large frame away where it is, and goes on in another array with what came after it. Null for a small one, of which a copy
    /// is cheaper than a new buffer.
    /// </summary>
    /// <param name="payload">The part of <see cref="Unread"/> that is given away.</param>
    /// <param name="consumed">How many bytes of it are taken with that.</param>
    public ReadOnlyMemory<byte>? GiveAway(Range payload, int consumed)
    {
        var (offset, length) = payload.GetOffsetAndLength(_end - _start);
        if (length <= LargestPooled || IsBeingFilled) return null;
        var given = new ReadOnlyMemory<byte>(_array, _start + offset, length);
        var rest = Unread[consumed..];
        var next = rest.Length <= InitialBytes - LeastRoom
            ? ArrayPool<byte>.Shared.Rent(InitialBytes)
            : GC.AllocateUninitializedArray<byte>(Math.Max(rest.Length + LeastRoom, LargestPooled + 1));
        rest.CopyTo(next);
        (_array, _start, _end) = (next, 0, rest.Length);
        return given;
    }

    /// <summary>Makes room for the next read, with the capacity that was agreed on.</summary>
    public void Prepare(int capacity)
    {
        if (capacity != _array.Length)
        {
            var next = capacity > LargestPooled ? GC.AllocateUninitializedArray<byte>(capacity) : ArrayPool<byte>.Shared.Rent(capacity);
            Move(next);
            Return(_array);
            _array = next;
        }
        else if (_array.Length - _end < LeastRoom && _start > 0)
        {
            Move(_array);
        }
    }

    public void Dispose()
    {
        if (!IsBeingFilled) Return(_array);
        _array = [];
        _start = _end = 0;
    }

    private void Move(byte[] target)
    {
        Unread.CopyTo(target);
        _end -= _start;
        _start = 0;
    }

    private static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= LargestPooled) ArrayPool<byte>.Shared.Return(array);
    }
}
