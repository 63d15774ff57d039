using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>Gathers the values of one resource.</summary>
internal sealed class ValueCollector
{
    /// <summary>Bytes that composites may look at again: each value of the first component takes a walk through the second one.</summary>
    private const long MostBytesAgain = 64L * 1024 * 1024;

    private readonly List<long> _keys = [];
    private readonly List<int> _present = [];
    private readonly List<(long Place, DateInterval Time)> _dates = [];
    private readonly List<(long Key, long Place, string Text)> _texts = [];
    private readonly List<(long Place, decimal Low, decimal High)> _numbers = [];
    private byte[] _text = new byte[1024];
    private int _length;
    private long _bytesAgain;
    private byte[]? _ownBase;
    private Predicate<long>? _isKnown;
    private bool _isWithinComposite;

    /// <summary>Of the first component of a composite only the keys count.</summary>
    private bool IsFirstComponent => _isWithinComposite && Beside == 0;

    public IndexKeys Keys { get; private set; } = null!;

    public TimeZoneInfo Zone { get; private set; } = null!;

    /// <summary>Types of the identifier in hand.</summary>
    public List<long> Types { get; } = [];

    /// <summary>The resource has more values than it is indexed by.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Where values of the second component of a composite are kept; 0 outside of one.</summary>
    public long Beside { get; set; }

    public void Begin(IndexKeys keys, byte[]? ownBase, TimeZoneInfo zone, Predicate<long>? isKnown)
    {
        (Keys, Zone, _ownBase, _isKnown) = (keys, zone, ownBase, isKnown);
        (_length, Beside, _isWithinComposite, _bytesAgain, IsFull) = (0, 0, false, 0, false);
        _keys.Clear();
        _present.Clear();
        _dates.Clear();
        _texts.Clear();
        _numbers.Clear();
    }

    public IndexEntry Take(long self) => new()
    {
        Self = self,
        Keys = Distinct(_keys),
        Present = Distinct(_present),
        Dates = Once(_dates),
        Texts = Once(_texts),
        Numbers = Once(_numbers),
        IsCut = IsFull,
    };

    /// <summary>A part of the scratch text: stays as it is until the next resource.</summary>
    public Slice Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number)) return default;
        var most = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (_length + most > _text.Length) Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + most));
        var start = _length;
        if (reader.TokenType == JsonTokenType.Number)
        {
            reader.ValueSpan.CopyTo(_text.AsSpan(start));
            _length += reader.ValueSpan.Length;
        }
        else
        {
            _length += reader.CopyString(_text.AsSpan(start));
        }

        return new Slice(start, _length - start, true);
    }

    public ReadOnlySpan<byte> this[Slice slice] => _text.AsSpan(slice.Start, slice.Length);

    /// <summary>A value of a place that is compared for equality.</summary>
    public void Key(long place, long value)
    {
        if (HasRoom(_keys, ResourceIndexer.MostKeys)) _keys.Add((_isWithinComposite ? Beside : place) ^ value);
    }

    /// <summary>A place has a code of a system; the second component of a composite is found by it like by a code.</summary>
    public void System(long place, long system)
    {
        if (_isWithinComposite) Key(place, system);
        else if (HasRoom(_present, ResourceIndexer.MostKeys)) _present.Add(Keys.Presence(place ^ system, null));
    }

    public void Present(long place, string? target = null)
    {
        if (!_isWithinComposite && HasRoom(_present, ResourceIndexer.MostKeys)) _present.Add(Keys.Presence(place, target));
    }

    public void Date(long place, DateInterval time)
    {
        if (!IsFirstComponent && HasRoom(_dates, ResourceIndexer.MostRows)) _dates.Add((PlaceOf(place), time));
    }

    public void Number(long place, decimal low, decimal high)
    {
        if (!IsFirstComponent && HasRoom(_numbers, ResourceIndexer.MostRows)) _numbers.Add((PlaceOf(place), low, high));
    }

    /// <summary>A number that has a unit.</summary>
    public void NumberBeside(long place, long unit, decimal low, decimal high)
    {
        if (!IsFirstComponent && HasRoom(_numbers, ResourceIndexer.MostRows)) _numbers.Add((Keys.Beside(place, unit), low, high));
    }

    /// <summary>Text that is found by what it begins with.</summary>
    public void Folded(long place, Slice text)
    {
        if (IsFirstComponent || !HasRoom(_keys, ResourceIndexer.MostKeys) || !HasRoom(_texts, ResourceIndexer.MostRows)) return;
        var key = PlaceOf(place) ^ Keys.Exact(this[text]);
        _keys.Add(key);
        if (_isKnown?.Invoke(key) == true) return;
        if (FoldedText.Of(Encoding.UTF8.GetString(this[text])) is { Length: > 0 } folded) _texts.Add((key, PlaceOf(place), folded));
    }

    /// <summary>An address as it is written, found by what it begins with.</summary>
    public void Written(long place, Slice text)
    {
        if (IsFirstComponent || !HasRoom(_keys, ResourceIndexer.MostKeys) || !HasRoom(_texts, ResourceIndexer.MostRows)) return;
        var key = PlaceOf(place) ^ Keys.Uri(this[text]);
        _keys.Add(key);
        if (_isKnown?.Invoke(key) != true) _texts.Add((key, PlaceOf(place), Encoding.UTF8.GetString(this[text])));
    }

    /// <summary>The place of a value: within a composite that of the value beside it.</summary>
    public long PlaceOf(long place) => _isWithinComposite ? Beside : place;

    /// <summary>A reference as it is compared: without the server's own address.</summary>
    public ReadOnlySpan<byte> Relative(ReadOnlySpan<byte> reference) =>
        _ownBase is not null && reference.StartsWith(_ownBase) ? reference[_ownBase.Length..] : reference;

    /// <summary>From here on keys are those of a component.</summary>
    /// <returns>For <see cref="TakeKeys"/>.</returns>
    public int BeginBeside()
    {
        (_isWithinComposite, Beside) = (true, 0);
        return _keys.Count;
    }

    /// <summary>The keys that were added since, which are taken out.</summary>
    public long[] TakeKeys(int mark)
    {
        var taken = CollectionsMarshal.AsSpan(_keys)[mark..].ToArray();
        CollectionsMarshal.SetCount(_keys, mark);
        return taken;
    }

    /// <summary>A part of the resource was looked at once more for a composite.</summary>
    public void SeenAgain(long bytes)
    {
        _bytesAgain += bytes;
        IsFull |= _bytesAgain > MostBytesAgain;
    }

    public void EndBeside() => (_isWithinComposite, Beside) = (false, 0);

    private bool HasRoom<T>(List<T> values, int most)
    {
        if (values.Count < most) return true;
        IsFull = true;
        return false;
    }

    /// <summary>Each once, in the order in which they came.</summary>
    private static T[] Once<T>(List<T> values) => values.Count < 2 ? [.. values] : [.. values.Distinct()];

    private static T[] Distinct<T>(List<T> values)
        where T : IEquatable<T>
    {
        if (values.Count == 0) return [];
        values.Sort();
        var span = CollectionsMarshal.AsSpan(values);
        var count = 1;
        for (var i = 1; i < span.Length; i++)
        {
            if (!span[i].Equals(span[i - 1])) span[count++] = span[i];
        }

        return span[..count].ToArray();
    }
}

/// <summary>A text in the buffer of a <see cref="ValueCollector"/>.</summary>
internal readonly record struct Slice(int Start, int Length, bool IsGiven);
