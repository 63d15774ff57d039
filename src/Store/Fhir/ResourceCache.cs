using System.Diagnostics.CodeAnalysis;

namespace CloudPacs.Store.Fhir;

/// <summary>
/// Current versions of resources as they are sent, up to a number of bytes; those that are asked for stay. Who commits a change takes it
/// out before anybody hears of the change, so an answer is never older than a write that was acknowledged before it was asked for. It knows
/// the commits of this process only: it is for a database that no other process writes to.
/// </summary>
public sealed class ResourceCache
{
    private const int Parts = 64;

    /// <summary>What an entry needs beside its content, in bytes.</summary>
    private const int Overhead = 300;

    /// <summary>A commit whose end is not known has one way or another ended after this time.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock;
    private readonly Part[] _parts;
    private long _suspendedUntil;

    /// <param name="mostBytes">What all entries may need together.</param>
    /// <param name="clock">Tells the time.</param>
    public ResourceCache(long mostBytes, TimeProvider clock)
    {
        _clock = clock;
        _parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part(mostBytes / Parts))];
    }

    public bool TryGet(string type, string id, [NotNullWhen(true)] out FhirResourceRow? row) =>
        PartOf(type, id).TryGet((type, id), out row);

    /// <summary>To be asked before a resource is read, and given to <see cref="Add"/> with it.</summary>
    public long Turn(string type, string id) => PartOf(type, id).Turn;

    /// <summary>Keeps what was read, unless something near it has been changed since.</summary>
    /// <param name="row">The current version, also of a deleted resource.</param>
    /// <param name="turn">The turn before it was read.</param>
    public void Add(FhirResourceRow row, long turn)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (_clock.GetTimestamp() < Volatile.Read(ref _suspendedUntil)) return;
        PartOf(row.Type, row.Id).Add((row.Type, row.Id), row, row.Content.Length + Overhead, turn);
    }

    /// <summary>They have been changed: what was read before is not kept either.</summary>
    public void Remove(IEnumerable<(string Type, string Id)> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        foreach (var (type, id) in resources) PartOf(type, id).Remove((type, id));
    }

    /// <summary>Whether a commit took place is not known, and it may take place later: nothing is kept for a while.</summary>
    public void Suspend()
    {
        Volatile.Write(ref _suspendedUntil, _clock.GetTimestamp() + (long)(Doubt.TotalSeconds * _clock.TimestampFrequency));
        foreach (var part in _parts) part.Clear();
    }

    private Part PartOf(string type, string id) => _parts[(uint)HashCode.Combine(type, id) % Parts];

    /// <summary>
    /// A part of the entries: those of late, and those from before. When there is no room for more, those from before that nobody asked for
    /// meanwhile are forgotten.
    /// </summary>
    private sealed class Part(long mostBytes)
    {
        private readonly Lock _lock = new();
        private Dictionary<(string Type, string Id), (FhirResourceRow Row, int Size)> _late = [], _before = [];
        private long _lateBytes;
        private long _turn;

        public long Turn => Volatile.Read(ref _turn);

        public bool TryGet((string Type, string Id) key, [NotNullWhen(true)] out FhirResourceRow? row)
        {
            lock (_lock)
            {
                if (!_late.TryGetValue(key, out var found) && _before.Remove(key, out found)) Put(key, found.Row, found.Size);
                row = found.Row;
                return row is not null;
            }
        }

        public void Add((string Type, string Id) key, FhirResourceRow row, int size, long turn)
        {
            if (size > mostBytes / 4) return;
            lock (_lock)
            {
                if (turn != _turn || _late.ContainsKey(key)) return;
                _before.Remove(key);
                Put(key, row, size);
            }
        }

        public void Remove((string Type, string Id) key)
        {
            lock (_lock)
            {
                _turn++;
                if (_late.Remove(key, out var found)) _lateBytes -= found.Size;
                _before.Remove(key);
            }
        }

        public void Clear()
        {
            lock (_lock)
            {
                _turn++;
                (_late, _before, _lateBytes) = ([], [], 0);
            }
        }

        private void Put((string Type, string Id) key, FhirResourceRow row, int size)
        {
            if (_lateBytes + size > mostBytes / 2) (_before, _late, _lateBytes) = (_late, [], 0);
            _late[key] = (row, size);
            _lateBytes += size;
        }
    }
}
