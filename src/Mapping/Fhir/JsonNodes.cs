using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>A part of a resource that several rules write into: finished values (UTF-8 text) by name.</summary>
internal sealed class JsonBranch
{
    /// <summary>A value that is taken away.</summary>
    public static readonly byte[] Nothing = [];

    public const string Extensions = "extension";

    private readonly List<(string Name, object Value)> _members = [];

    /// <summary>The members of a finished object.</summary>
    public static JsonBranch Of(ReadOnlySpan<byte> json)
    {
        var branch = new JsonBranch();
        if (json.IsEmpty) return branch;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return branch;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            branch._members.Add((name, json[start..(int)reader.BytesConsumed].ToArray()));
        }

        return branch;
    }

    /// <summary>Rules wrote some members of it and not the whole: what they did not write stays as it is stored.</summary>
    public bool IsPart { get; init; }

    public object? this[string name] => Find(name) is var index and >= 0 ? _members[index].Value : null;

    public void Set(string name, object value)
    {
        var index = Find(name);
        if (index >= 0) _members[index] = (name, value);
        else _members.Add((name, value));
    }

    public void Remove(string name) => _members.RemoveAll(member => member.Name == name);

    public void SetAll(JsonBranch members)
    {
        foreach (var (name, value) in members._members) Set(name, value);
    }

    /// <summary>The object under a name, made when there is none.</summary>
    public JsonBranch Branch(string name)
    {
        var there = this[name];
        if (there is JsonBranch known) return known;
        var made = there is byte[] { Length: > 0 } json ? Of(json) : new JsonBranch { IsPart = IsPart };
        Set(name, made);
        return made;
    }

    /// <summary>The list under a name, made when there is none.</summary>
    public JsonList List(string name)
    {
        var there = this[name];
        if (there is JsonList known) return known;
        var made = there is byte[] { Length: > 0 } json ? JsonList.Of(json) : new JsonList();
        Set(name, made);
        return made;
    }

    /// <summary>Writes what holds something; false when nothing does.</summary>
    public static bool Write(object value, JsonText json)
    {
        if (value is byte[] finished)
        {
            json.Raw(finished);
            return finished.Length > 0;
        }

        if (value is JsonList list) return list.Write(json);
        var start = json.Length;
        json.BeginObject();
        ((JsonBranch)value).WriteMembers(json);
        return json.EndObject(start);
    }

    /// <summary>Writes the members that hold something into the open object; false when none does.</summary>
    public bool WriteMembers(JsonText json)
    {
        var start = json.Length;
        foreach (var (name, child) in _members)
        {
            var mark = json.Length;
            json.Name(name);
            if (!Write(child, json)) json.Truncate(mark);
        }

        return json.Length > start;
    }

    /// <summary>Writes it as an object with the stored extensions that it does not name; false when it holds nothing.</summary>
    public bool WriteWith(ReadOnlySpan<byte> extensions, JsonText json)
    {
        var own = List(Extensions);
        var start = json.Length;
        json.BeginObject();
        foreach (var (name, child) in _members)
        {
            var mark = json.Length;
            json.Name(name);
            if (!(child == own ? own.WriteOver(extensions, json) : Write(child, json))) json.Truncate(mark);
        }

        return json.EndObject(start);
    }

    /// <summary>
    /// Writes the members of what is stored with these in their place, and those that are new, into the open object; false when nothing is
    /// left.
    /// </summary>
    public bool WriteOver(JsonBranch stored, JsonText json)
    {
        var start = json.Length;
        foreach (var (name, before) in stored._members)
        {
            var mark = json.Length;
            json.Name(name);
            if (!(this[name] is { } value ? WriteOver(value, (byte[])before, json) : Write(before, json))) json.Truncate(mark);
        }

        foreach (var (name, value) in _members)
        {
            if (stored.Find(name) >= 0) continue;
            var mark = json.Length;
            json.Name(name);
            if (!Write(value, json)) json.Truncate(mark);
        }

        return json.Length > start;
    }

    /// <summary>Writes a value in place of the stored one, or the parts that it has into that one.</summary>
    public static bool WriteOver(object value, ReadOnlySpan<byte> stored, JsonText json)
    {
        if (value is JsonList list) return list.WriteOver(stored, json);
        if (value is not JsonBranch { IsPart: true } part) return Write(value, json);
        var start = json.Length;
        json.BeginObject();
        part.WriteOver(Of(stored), json);
        return json.EndObject(start);
    }

    private int Find(string name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_members[i].Name == name) return i;
        }

        return -1;
    }
}

/// <summary>A list inside of an element; items with an id are found again by it, in one message and in the next.</summary>
internal sealed class JsonList
{
    private readonly List<(string? Id, object Value)> _items = [];

    public static JsonList Of(ReadOnlySpan<byte> json)
    {
        var list = new JsonList();
        foreach (var range in JsonItems.Of(json)) list._items.Add((null, json[range].ToArray()));
        return list;
    }

    public static JsonList Of(ReadOnlySpan<byte[]> items)
    {
        var list = new JsonList();
        foreach (var item in items) list.Add(item);
        return list;
    }

    public void Add(object value) => _items.Add((null, value));

    /// <summary>The item of an id, made when there is none.</summary>
    public JsonBranch Item(string id) => At(PlaceOf(id), id);

    /// <summary>The item at a place, from 0; those before it are made too.</summary>
    public JsonBranch Item(int place)
    {
        while (_items.Count < place) Add(new JsonBranch());
        return At(place < _items.Count ? place : -1, null);
    }

    public void Remove(string id)
    {
        var place = PlaceOf(id);
        if (place >= 0) _items[place] = (id, JsonBranch.Nothing);
        else _items.Add((id, JsonBranch.Nothing));
    }

    public bool Write(JsonText json) => WriteOver([], json);

    /// <summary>Writes the items in place of the stored ones of their ids; one without an id replaces all that is stored.</summary>
    public bool WriteOver(ReadOnlySpan<byte> stored, JsonText json)
    {
        var start = json.Length;
        json.BeginArray();
        HashSet<int> written = [];
        if (stored.Length > 0 && _items.TrueForAll(static item => item.Id is not null)) WriteStored(stored, json, written);
        for (var i = 0; i < _items.Count; i++)
        {
            if (written.Add(i)) WriteItem(i, json);
        }

        if (json.Length == start + 1)
        {
            json.Truncate(start);
            return false;
        }

        json.EndArray();
        return true;
    }

    /// <summary>Each stored item in its place: as it is, or the one here that has its id.</summary>
    private void WriteStored(ReadOnlySpan<byte> stored, JsonText json, HashSet<int> written)
    {
        var removes = _items.Exists(static item => item.Value is byte[] { Length: 0 });
        foreach (var range in JsonItems.Of(stored))
        {
            var item = stored[range];
            if (JsonBranch.Of(item)["id"] is byte[] id)
            {
                var text = JsonSerializer.Deserialize<string>(id)!;
                var place = PlaceOf(text);
                if (place >= 0)
                {
                    if (written.Add(place)) WriteItem(place, json);
                    continue;
                }

                // Items by number are one list, be it shorter now.
                if (ElementIds.IsNumbered(text) && _items.Exists(static other => ElementIds.IsNumbered(other.Id!))) continue;
            }
            else if (removes || _items.Exists(IsSame(item.ToArray())))
            {
                // Items of former versions have no ids; which of them is meant cannot be told, and all were made by maps.
                continue;
            }

            json.Item();
            json.Raw(item);
        }
    }

    private void WriteItem(int place, JsonText json)
    {
        var mark = json.Length;
        json.Item();
        if (!Write(_items[place].Id, _items[place].Value, json)) json.Truncate(mark);
    }

    private static Predicate<(string? Id, object Value)> IsSame(byte[] stored) => item =>
    {
        var json = new JsonText();
        return JsonBranch.Write(item.Value, json) && json.Written.SequenceEqual(stored);
    };

    private static bool Write(string? id, object value, JsonText json)
    {
        if (id is null || value is not JsonBranch members) return JsonBranch.Write(value, json);
        var start = json.Length;
        json.BeginObject();
        json.Text("id"u8, id);
        if (members.WriteMembers(json)) return json.EndObject(start);
        json.Truncate(start);
        return false;
    }

    private int PlaceOf(string id) => _items.FindLastIndex(item => item.Id == id);

    private JsonBranch At(int place, string? id)
    {
        if (place >= 0 && _items[place].Value is JsonBranch known) return known;
        var made = place >= 0 ? JsonBranch.Of((byte[])_items[place].Value) : new JsonBranch();
        if (place >= 0) _items[place] = (id, made);
        else _items.Add((id, made));
        return made;
    }
}
