using System.Collections.Concurrent;
using CloudPacs.Archive.Encryption;

namespace CloudPacs.Archive.Packs;

/// <summary>Up to 512 KiB of an instance, in chunks that are written, or encrypted and written, from where they are.</summary>
internal sealed class RecordBuffer
{
    private const int MostChunks = 8;
    private const int ChunkRoom = ChunkLayout.ChunkBytes + ChunkLayout.TagBytes;
    private const int MostSpare = 512;
    private static readonly ConcurrentQueue<byte[]> Spare = new();
    private readonly List<byte[]> _chunks = new(1);
    private int _inLast;

    public const int Capacity = MostChunks * ChunkLayout.ChunkBytes;

    public int Length => _chunks.Count == 0 ? 0 : ((_chunks.Count - 1) * ChunkLayout.ChunkBytes) + _inLast;

    public bool IsFull => Length == Capacity;

    /// <returns>Bytes taken: fewer than given when it is full.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            if (_chunks.Count == 0 || _inLast == ChunkLayout.ChunkBytes)
            {
                if (_chunks.Count == MostChunks) break;
                _chunks.Add(Spare.TryDequeue(out var spare) ? spare : GC.AllocateUninitializedArray<byte>(ChunkRoom));
                _inLast = 0;
            }

            var part = Math.Min(ChunkLayout.ChunkBytes - _inLast, bytes.Length - taken);
            bytes.Slice(taken, part).CopyTo(_chunks[^1].AsSpan(_inLast));
            _inLast += part;
            taken += part;
        }

        return taken;
    }

    /// <summary>Makes of the chunks what is stored: encrypts them where they are.</summary>
    /// <param name="cipher">Null for what is not encrypted.</param>
    /// <param name="firstNumber">Number of the first chunk within its instance.</param>
    /// <param name="isEnd">Whether the instance ends with the last of them.</param>
    /// <param name="buffers">Gets them.</param>
    /// <param name="crc">Is carried on over them.</param>
    public void Store(RecordCipher? cipher, long firstNumber, bool isEnd, List<ReadOnlyMemory<byte>> buffers, ref Crc32C crc)
    {
        for (var i = 0; i < _chunks.Count; i++)
        {
            var length = i == _chunks.Count - 1 ? _inLast : ChunkLayout.ChunkBytes;
            if (cipher is not null)
            {
                length += ChunkLayout.TagBytes;
                cipher.Encrypt(_chunks[i].AsSpan(0, length), firstNumber + i, isEnd && i == _chunks.Count - 1);
            }

            crc.Append(_chunks[i].AsSpan(0, length));
            buffers.Add(_chunks[i].AsMemory(0, length));
        }
    }

    /// <summary>Gives the memory back; the buffer is empty then.</summary>
    public void Clear()
    {
        foreach (var chunk in _chunks)
            if (Spare.Count < MostSpare) Spare.Enqueue(chunk);
        _chunks.Clear();
        _inLast = 0;
    }
}
