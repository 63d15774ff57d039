using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>A part of a resource that several rules write into: finished values (UTF-8 text) by name.</summary>
internal sealed class JsonBranch
{
    private readonly List<(string Name, object Value)> _members = [];

    /// <summary>The members of a finished object.</summary>
    public static JsonBranch Of(ReadOnlySpan<byte> json)
    {
        var branch = new JsonBranch();
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

    public IEnumerable<(string Name, object Value)> Members => _members;

    public object? this[string name] => Find(name) is var index and >= 0 ? _members[index].Value : null;

    public void Set(string name, object value)
    {
        var index = Find(name);
        if (index >= 0) _members[index] = (name, value);
        else _members.Add((name, value));
    }

    public void SetAll(JsonBranch members)
    {
        foreach (var (name, value) in members._members) Set(name, value);
    }

    /// <summary>The object under a name, made when there is none.</summary>
    public JsonBranch Branch(string name)
    {
        var there = this[name];
        if (there is JsonBranch known) return known;
        var made = there is byte[] json ? Of(json) : new JsonBranch();
        Set(name, made);
        return made;
    }

    /// <summary>The list under a name, made when there is none.</summary>
    public JsonList List(string name)
    {
        var there = this[name];
        if (there is JsonList known) return known;
        var made = there is byte[] json ? JsonList.Of(json) : new JsonList();
        Set(name, made);
        return made;
    }

    /// <summary>Writes what holds something; false when nothing does.</summary>
    public static bool Write(object value, JsonText json)
    {
        if (value is byte[] finished)
        {
            json.Raw(finished);
            return true;
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

    private int Find(string name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_members[i].Name == name) return i;
        }

        return -1;
    }
}

/// <summary>A list inside of an element, whose items rules find again by name while one message is mapped.</summary>
internal sealed class JsonList
{
    private readonly List<(string? Key, object Value)> _items = [];

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

    /// <summary>The item of a name, made when there is none.</summary>
    public JsonBranch Item(string key)
    {
        var place = _items.Count - 1;
        while (place >= 0 && _items[place].Key != key) place--;
        return At(place, key);
    }

    /// <summary>The item at a place, from 0; those before it are made too.</summary>
    public JsonBranch Item(int place)
    {
        while (_items.Count < place) Add(new JsonBranch());
        return At(place < _items.Count ? place : -1, null);
    }

    public bool Write(JsonText json)
    {
        var start = json.Length;
        json.BeginArray();
        foreach (var (_, value) in _items)
        {
            var mark = json.Length;
            json.Item();
            if (!JsonBranch.Write(value, json)) json.Truncate(mark);
        }

        if (json.Length == start + 1)
        {
            json.Truncate(start);
            return false;
        }

        json.EndArray();
        return true;
    }

    private JsonBranch At(int place, string? key)
    {
        if (place >= 0 && _items[place].Value is JsonBranch known) return known;
        var made = place >= 0 ? JsonBranch.Of((byte[])_items[place].Value) : new JsonBranch();
        if (place >= 0) _items[place] = (key, made);
        else _items.Add((key, made));
        return made;
    }
}
