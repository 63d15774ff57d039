using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>A stored resource as its bytes, with the place of each of its elements.</summary>
public sealed class StoredResource
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly List<(Range Name, Range Value)> _members = [];
    private readonly FormerSlots? _slots;

    /// <param name="content">JSON, UTF-8.</param>
    /// <param name="slots">What former versions of this program kept beside a resource in place of ids; empty as a rule.</param>
    /// <param name="owned">What follows from rows, and so has ids of its own.</param>
    public StoredResource(ReadOnlyMemory<byte> content, string slots, OwnedElements owned)
    {
        _content = content;
        if (slots.Length > 0) _slots = new FormerSlots(slots, owned);
        var json = content.Span;
        for (var at = JsonScan.Pass(json, JsonScan.SkipBlanks(json, 0), '{'); json[at] != '}'; at = JsonScan.SkipBlanks(json, at))
        {
            var start = _members.Count > 0 ? JsonScan.Pass(json, at, ',') : at;
            var end = JsonScan.EndOf(json, start);
            var value = JsonScan.Pass(json, JsonScan.SkipBlanks(json, end), ':');
            at = JsonScan.EndOf(json, value);
            _members.Add(((start + 1)..(end - 1), value..at));
        }
    }

    internal int Count => _members.Count;

    /// <summary>The value of an element; empty when it is not there.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name]
    {
        get
        {
            for (var i = 0; i < _members.Count; i++)
            {
                if (NameAt(i).SequenceEqual(name)) return ValueAt(i);
            }

            return default;
        }
    }

    /// <summary>Whether the items of some list have no ids yet.</summary>
    internal bool IsFormer => _slots is not null;

    /// <summary>The text of an element; null when it is not there.</summary>
    public string? Text(ReadOnlySpan<byte> element)
    {
        var json = this[element];
        if (json.IsEmpty || json[0] != '"') return null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>The text of a member of an element; null when it is not there.</summary>
    public string? Text(ReadOnlySpan<byte> element, ReadOnlySpan<byte> member) => TextOf(this[element], member);

    /// <summary>The text of a member of an object; null when it is not there.</summary>
    public static string? TextOf(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        if (json.IsEmpty || json[0] != '{') return null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMember = reader.ValueTextEquals(member);
            reader.Read();
            if (isMember) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }

    /// <summary>The items of a list with their ids; null for one that has none, which is a client's.</summary>
    public (string? Id, ReadOnlyMemory<byte> Item)[] Items(ReadOnlySpan<byte> list)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (NameAt(i).SequenceEqual(list)) return ItemsAt(i);
        }

        return [];
    }

    internal (string? Id, ReadOnlyMemory<byte> Item)[] ItemsAt(int index)
    {
        var value = _content[_members[index].Value];
        var ranges = JsonItems.Of(value.Span);
        if (ranges.Count == 0) return [];
        var items = new (string?, ReadOnlyMemory<byte>)[ranges.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var item = value[ranges[i]];
            var id = JsonItems.IdOf(item.Span);
            if (id is null && item.Span[0] == '{' && _slots?.IdOf(NameAt(index), i) is { } former)
                (id, item) = (former, JsonItems.WithId(item.Span, former));
            items[i] = (id, item);
        }

        return items;
    }

    internal ReadOnlySpan<byte> NameAt(int index) => _content.Span[_members[index].Name];

    internal ReadOnlySpan<byte> ValueAt(int index) => _content.Span[_members[index].Value];
}
