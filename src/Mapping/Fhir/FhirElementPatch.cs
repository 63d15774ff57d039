using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// A value of a patch: a stretch of its text, or a part that several rules write into; neither for what is removed.
/// </summary>
internal readonly record struct PatchValue(object? Made, int Start, int Length)
{
    public bool IsNone => Made is null && Length == 0;
}

/// <summary>The part of a patch for one element of the resource: either the whole element, or items of it by id.</summary>
/// <param name="text">The text of the patch.</param>
internal sealed class FhirElementPatch(JsonText text)
{
    private static readonly ConcurrentDictionary<string, byte[]> Names = new(StringComparer.Ordinal);
    private readonly List<(string Id, PatchValue Item)> _items = [];
    private readonly List<string> _renewed = [];

    public string Name { get; private set; } = "";

    public byte[] Utf8Name { get; private set; } = [];

    /// <summary>The whole new element; none when it is removed or items were written.</summary>
    public PatchValue Value { get; private set; }

    /// <summary>The element goes, or of a list all that maps made and that is not among the items here.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>It is removed as a whole, whatever is in it.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Items by id, in order; one without a value is removed.</summary>
    public List<(string Id, PatchValue Item)> Items => _items;

    public bool HasItems { get; private set; }

    /// <summary>The name as it is written; one array a name.</summary>
    public static byte[] Utf8Of(string name) => Names.GetOrAdd(name, static text => Encoding.UTF8.GetBytes(text));

    /// <summary>Forgets everything, for another element.</summary>
    public void Begin(string name, byte[] utf8Name)
    {
        (Name, Utf8Name) = (name, utf8Name);
        (Value, IsRemoved, IsDropped, HasItems) = (default, false, false, false);
        _items.Clear();
        _renewed.Clear();
    }

    public void Set(PatchValue value)
    {
        Value = value;
        (IsRemoved, IsDropped) = (false, false);
    }

    public void Drop()
    {
        Remove();
        IsDropped = true;
    }

    public void Remove()
    {
        Value = default;
        IsRemoved = true;
        _items.RemoveAll(static item => ElementIds.IsNumbered(item.Id));
    }

    /// <summary>Writes a value out; false when it holds nothing.</summary>
    public bool Write(PatchValue value, JsonText json)
    {
        if (value.Made is { } made) return JsonBranch.Write(made, json);
        json.Raw(TextOf(value));
        return value.Length > 0;
    }

    /// <summary>The text of a finished value.</summary>
    public ReadOnlySpan<byte> TextOf(PatchValue value) => text.Written.Slice(value.Start, value.Length);

    /// <summary>A list that one rule gives whole: it takes the place of all that maps made, and leaves what others did.</summary>
    public void SetList(ReadOnlySpan<PatchValue> items)
    {
        Remove();
        for (var i = 0; i < items.Length; i++) SetItem(ElementIds.Numbered(i + 1), items[i]);
    }

    public void SetItem(string id, PatchValue item)
    {
        HasItems = true;
        var index = Find(id);
        if (index < 0) _items.Add((id, item));
        else _items[index] = (id, item);
    }

    /// <summary>The id of the next item without a name; all those of one rule are replaced together.</summary>
    /// <param name="group">What the id begins with.</param>
    /// <param name="first">The id of the first item, if it is at hand.</param>
    public string NewId(string group, string? first = null)
    {
        var number = 1;
        foreach (var (id, _) in Items)
        {
            if (ElementIds.IsIn(id, group)) number++;
        }

        return number == 1 && first is not null ? first : string.Create(CultureInfo.InvariantCulture, $"{group}{number}");
    }

    /// <summary>The object under an id, made when there is none.</summary>
    public JsonBranch BranchOf(string id)
    {
        var index = Find(id);
        if (index >= 0 && Items[index].Item.Made is JsonBranch known) return known;
        var made = index >= 0 ? BranchOf(Items[index].Item) : new JsonBranch();
        SetItem(id, new PatchValue(made, 0, 0));
        return made;
    }

    /// <summary>The element as an object that several rules write into.</summary>
    public JsonBranch Branch()
    {
        if (Value.Made is JsonBranch known) return known;
        var made = Value.IsNone && !IsRemoved ? new JsonBranch { IsPart = true } : BranchOf(Value);
        Set(new PatchValue(made, 0, 0));
        return made;
    }

    /// <summary>The members of a finished value, for rules to write into.</summary>
    public JsonBranch BranchOf(PatchValue value) => value.Length > 0 ? JsonBranch.Of(TextOf(value)) : new JsonBranch();

    public void Renew(string idPrefix)
    {
        HasItems = true;
        _renewed.Add(idPrefix);
    }

    /// <summary>Whether a stored item goes when it is not among the new ones.</summary>
    public bool Drops(string id)
    {
        if (IsRemoved && ElementIds.IsOfMap(id)) return true;
        foreach (var prefix in _renewed)
        {
            if (ElementIds.IsOfMap(prefix) ? ElementIds.IsIn(id, prefix) : id.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        // What a rule makes without names is one value: what is left of its former items goes.
        var group = GroupOf(id);
        if (group.IsEmpty || !ElementIds.IsOfMap(id)) return false;
        foreach (var (made, _) in Items)
        {
            if (GroupOf(made).SequenceEqual(group)) return true;
        }

        return false;
    }

    public int Find(string id)
    {
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Id == id) return i;
        }

        return -1;
    }

    /// <summary>The id without its number; empty for a named item.</summary>
    private static ReadOnlySpan<char> GroupOf(string id)
    {
        var end = id.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1;
        return end < id.Length && end > 0 && (id[end - 1] == '-' || end == ElementIds.PrefixLength) ? id.AsSpan(0, end) : default;
    }
}
