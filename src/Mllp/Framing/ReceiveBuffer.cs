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
    private readonly int largest = LargestFor(maxFrameBytes);
    private byte[] array = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int start;
    private int end;

    /// <summary>The largest capacity that a buffer for such frames ever has.</summary>
    public static int LargestFor(int maxFrameBytes)
    {
        var bytes = Math.Max(InitialBytes, maxFrameBytes + 4 * LeastRoom);
        // The pool hands out powers of two; what is asked for and what is accounted for must be the same.
        return bytes <= LargestPooled ? (int)BitOperations.RoundUpToPowerOf2((uint)bytes) : bytes;
    }

    public int Capacity => array.Length;

    public ReadOnlySpan<byte> Unread => array.AsSpan(start, end - start);

    public Memory<byte> Free => array.AsMemory(end);

    public void Consume(int bytes)
    {
        start += bytes;
        if (start == end) start = end = 0;
    }

    public void Filled(int bytes) => end += bytes;

    /// <summary>The capacity that the next read asks for: larger than now when a frame outgrows the buffer, smaller after a large one has gone.</summary>
    public int WantedCapacity()
    {
        var unread = end - start;
        if (array.Length > KeepBytes && unread < InitialBytes / 2) return InitialBytes;
        if (array.Length - end >= LeastRoom || array.Length - unread >= LeastRoom) return array.Length;
        return (int)Math.Min(array.Length * 2L, largest);
    }

    /// <summary>Makes room for the next read, with the capacity that was agreed on.</summary>
    public void Prepare(int capacity)
    {
        if (capacity != array.Length)
        {
            var next = capacity > LargestPooled ? GC.AllocateUninitializedArray<byte>(capacity) : ArrayPool<byte>.Shared.Rent(capacity);
            Move(next);
            Return(array);
            array = next;
        }
        else if (array.Length - end < LeastRoom && start > 0)
        {
            Move(array);
        }
    }

    public void Dispose()
    {
        Return(array);
        array = [];
        start = end = 0;
    }

    private void Move(byte[] target)
    {
        Unread.CopyTo(target);
        end -= start;
        start = 0;
    }

    private static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= LargestPooled) ArrayPool<byte>.Shared.Return(array);
    }
}
