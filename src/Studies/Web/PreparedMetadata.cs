using System.Buffers;
using CloudPacs.Studies.Fetching;
using Microsoft.Extensions.Caching.Memory;

namespace CloudPacs.Studies.Web;

/// <summary>
/// Metadata as they were sent: the next who asks for the same study or series gets the same bytes, as long as nothing of them changed.
/// What has not been asked for longest goes first when there is no more room.
/// </summary>
internal sealed class PreparedMetadata : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostBytesOfOne = MostBytes / 8;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    /// <param name="scope">What is asked for.</param>
    /// <param name="entityTag">Of the answer.</param>
    /// <returns>The bytes; null when they are not kept.</returns>
    public byte[]? Find(FetchScope scope, string entityTag) => _kept.Get<byte[]>((scope, entityTag));

    /// <summary>Keeps what was sent, unless it was too long.</summary>
    public void Keep(FetchScope scope, string entityTag, Gathered gathered)
    {
        if (gathered.ToArray() is { } bytes) _kept.Set((scope, entityTag), bytes, new MemoryCacheEntryOptions { Size = bytes.Length });
    }

    public void Dispose() => _kept.Dispose();

    /// <summary>What goes out, gathered beside: nothing, when it turns out too long.</summary>
    internal sealed class Gathered
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private bool _isTooLong;

        /// <returns>Null when it was too long.</returns>
        public byte[]? ToArray() => _isTooLong ? null : _bytes.WrittenSpan.ToArray();

        public void Add(ReadOnlySpan<byte> piece)
        {
            if (_isTooLong) return;
            _isTooLong = _bytes.WrittenCount + piece.Length > MostBytesOfOne;
            if (_isTooLong) _bytes.Clear();
            else _bytes.Write(piece);
        }
    }
}
