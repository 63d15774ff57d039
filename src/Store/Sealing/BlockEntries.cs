using System.Buffers.Binary;
using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Sealing;

/// <summary>The rows of a block: of each its time in microseconds (8 bytes), id (16) and hash (32), in the order of the trail.</summary>
internal sealed class BlockEntries
{
    private const int Width = 56, IdAt = 8, HashAt = 24;
    private readonly CanonicalForm _form = new();
    private readonly SortedDictionary<TrailPlace, byte[]> _rows = [];

    /// <summary>How many entries can be added to a block.</summary>
    public const int Most = 5000;

    public int Count => _rows.Count;

    public DateTimeOffset First => _rows.First().Key.At;

    public DateTimeOffset Last => _rows.Last().Key.At;

    public void Add(AuditRow row)
    {
        var hash = new byte[Width - HashAt];
        _form.HashRow(row, hash);
        _rows[PlaceOf(row)] = hash;
    }

    public byte[] ToArray()
    {
        var bytes = new byte[_rows.Count * Width];
        var at = 0;
        foreach (var (place, hash) in _rows)
        {
            var entry = bytes.AsSpan(at, Width);
            BinaryPrimitives.WriteInt64BigEndian(entry, place.Microseconds);
            place.Id.TryWriteBytes(entry[IdAt..], bigEndian: true, out _);
            hash.CopyTo(entry[HashAt..]);
            at += Width;
        }

        return bytes;
    }

    public static TrailPlace PlaceOf(AuditRow row) => new(TrailPlace.MicrosecondsOf(row.At), row.Id);

    public static int CountOf(byte[] entries) => entries.Length / Width;

    public static TrailPlace PlaceOf(byte[] entries, int index)
    {
        var entry = entries.AsSpan(index * Width, Width);
        return new TrailPlace(BinaryPrimitives.ReadInt64BigEndian(entry), new Guid(entry[IdAt..HashAt], bigEndian: true));
    }

    public static ReadOnlySpan<byte> HashOf(byte[] entries, int index) => entries.AsSpan((index * Width) + HashAt, Width - HashAt);
}
