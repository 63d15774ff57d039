using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace CloudPacs.Dicom;

/// <summary>Makes the checksums of one instance while it passes; see <see cref="InstanceDigests"/>.</summary>
internal sealed class InstanceDigester : IDisposable
{
    public const int BlockBytes = 1024 * 1024;

    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<uint> _blocks = [];
    private IncrementalHash? _pixels;
    private byte[]? _pixelDigest;
    private long _position;
    private uint _crc = uint.MaxValue;
    private int _inBlock;

    /// <summary>Takes the next bytes as they are stored.</summary>
    public void AddStored(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var count = Math.Min(piece.Length, BlockBytes - _inBlock);
            _crc = Crc32C(_crc, piece[..count]);
            _inBlock += count;
            if (_inBlock == BlockBytes) CloseBlock();
            piece = piece[count..];
        }
    }

    /// <summary>Takes the next bytes of the data set, inflated.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="pixelStart">Where the pixel value begins; beyond the piece when it is not known yet.</param>
    /// <param name="pixelEnd">Where it ends; beyond the piece when it is not known yet.</param>
    public void AddPlain(ReadOnlySpan<byte> piece, long pixelStart, long pixelEnd)
    {
        var start = (int)Math.Clamp(pixelStart - _position, 0, piece.Length);
        var end = (int)Math.Clamp(pixelEnd - _position, start, piece.Length);
        if (start > 0) _whole.AppendData(piece[..start]);
        if (end > start) (_pixels ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).AppendData(piece[start..end]);
        _position += piece.Length;
        if (_position >= pixelEnd) ClosePixels();
        if (end < piece.Length) _whole.AppendData(piece[end..]);
    }

    public InstanceDigests Finish(bool hasPixelData)
    {
        if (_inBlock > 0) CloseBlock();
        if (hasPixelData) ClosePixels();
        return new InstanceDigests(_whole.GetHashAndReset(), _pixelDigest, _blocks);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _pixels?.Dispose();
    }

    /// <summary>CRC-32C (Castagnoli) of more bytes; begins with all bits set, and is inverted at the end.</summary>
    internal static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    private void ClosePixels()
    {
        if (_pixelDigest != null) return;
        _pixels ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _pixelDigest = _pixels.GetHashAndReset();
        _whole.AppendData(_pixelDigest);
    }

    private void CloseBlock()
    {
        _blocks.Add(~_crc);
        (_crc, _inBlock) = (uint.MaxValue, 0);
    }
}
