using System.Buffers.Binary;
using CloudPacs.Archive.Disk;

namespace CloudPacs.Archive.Packs;

/// <summary>
/// The records that nobody needs, and so the room that compaction would give. Marks are not synced: the index is the truth, and a sweep
/// finds again what a crash forgot.
/// </summary>
internal sealed class DeadRecords
{
    private const int EntryBytes = 16;
    private readonly Lock _gate = new();
    private readonly PackFolder _folder;
    private readonly Dictionary<Guid, Dictionary<long, long>> _packs = [];

    public DeadRecords(PackFolder folder)
    {
        _folder = folder;
        foreach (var pack in folder.List(FileNames.Dead))
        {
            var bytes = File.ReadAllBytes(folder.PathOf(pack, FileNames.Dead)).AsSpan();
            var records = _packs[pack] = [];
            for (; bytes.Length >= EntryBytes; bytes = bytes[EntryBytes..])
                records[BinaryPrimitives.ReadInt64LittleEndian(bytes)] = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        }
    }

    public IReadOnlyList<Guid> Packs
    {
        get
        {
            lock (_gate) return [.. _packs.Keys];
        }
    }

    public bool Has(Guid pack, long offset)
    {
        lock (_gate) return _packs.TryGetValue(pack, out var records) && records.ContainsKey(offset);
    }

    public long BytesOf(Guid pack)
    {
        lock (_gate) return _packs.TryGetValue(pack, out var records) ? records.Values.Sum() : 0;
    }

    public void Add(IEnumerable<Place> places)
    {
        lock (_gate)
        {
            foreach (var group in places.GroupBy(static place => place.Pack))
            {
                if (!_packs.TryGetValue(group.Key, out var records)) _packs.Add(group.Key, records = []);
                var fresh = group.Where(place => records.TryAdd(place.Offset, place.Length + RecordHeader.Bytes)).ToList();
                if (fresh.Count == 0) continue;
                var bytes = new byte[fresh.Count * EntryBytes];
                for (var i = 0; i < fresh.Count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * EntryBytes), fresh[i].Offset);
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((i * EntryBytes) + 8), fresh[i].Length + RecordHeader.Bytes);
                }

                File.AppendAllBytes(_folder.PathOf(group.Key, FileNames.Dead), bytes);
            }
        }
    }

    public void Forget(Guid pack)
    {
        lock (_gate) _packs.Remove(pack);
    }
}
