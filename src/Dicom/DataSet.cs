using System.Collections;
using System.Globalization;

namespace CloudPacs.Dicom;

/// <summary>
/// Data elements in ascending order of tag, at most one a tag (PS3.5 7.1). Not safe for use by several threads while it changes.
/// </summary>
public sealed class DataSet : IEnumerable<DataElement>
{
    private readonly List<DataElement> _elements;
    private bool _isFrozen;

    public DataSet() => _elements = [];

    /// <param name="capacity">How many elements there will be about.</param>
    public DataSet(int capacity) => _elements = new List<DataElement>(capacity);

    /// <summary>Takes elements in any order; of several with one tag the last stays.</summary>
    internal DataSet(List<DataElement> unordered, bool isOrdered)
    {
        _elements = unordered;
        if (isOrdered) return;
        var sorted = unordered.Select((element, index) => (element, index))
            .OrderBy(pair => pair.element.Tag).ThenBy(pair => pair.index).Select(pair => pair.element).ToList();
        _elements = new List<DataElement>(sorted.Count);
        foreach (var element in sorted)
        {
            if (_elements.Count > 0 && _elements[^1].Tag == element.Tag) _elements[^1] = element;
            else _elements.Add(element);
        }
    }

    public int Count => _elements.Count;

    /// <summary>
    /// Sets text or numbers with the representation of the dictionary; no value, or one empty text, makes an empty element.
    /// </summary>
    /// <exception cref="ArgumentException">The tag is not in the dictionary or holds no text, or a number does not read as one.</exception>
    public DataSet Set(Tag tag, params string[] values) => Add(DataElement.Create(tag, RequireVr(tag), values));

    /// <summary>Sets one text or number.</summary>
    /// <exception cref="ArgumentException">The representation holds no text, or a number does not read as one.</exception>
    public DataSet Set(Tag tag, VR vr, string value) => Add(DataElement.Create(tag, vr, value));

    public DataSet Set(Tag tag, VR vr, params string[] values) => Add(DataElement.Create(tag, vr, values));

    public DataSet SetBytes(Tag tag, VR vr, ReadOnlyMemory<byte> bytes) => Add(DataElement.CreateBinary(tag, vr, bytes));

    public DataSet SetSequence(Tag tag, params DataSet[] items) => Add(DataElement.CreateSequence(tag, items));

    /// <summary>Sets the attribute with zero length; a tag unknown to the dictionary gets UN.</summary>
    public DataSet SetEmpty(Tag tag) => Add(DataElement.CreateEmpty(tag, DicomDictionary.VrOf(tag)));

    /// <summary>Adds the element in its place, instead of one with the same tag.</summary>
    public DataSet Add(DataElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        RequireChangeable();
        if (_elements.Count == 0 || _elements[^1].Tag < element.Tag)
        {
            _elements.Add(element);
            return this;
        }

        var index = IndexOf(element.Tag);
        if (index >= 0) _elements[index] = element;
        else _elements.Insert(~index, element);
        return this;
    }

    public bool Remove(Tag tag)
    {
        RequireChangeable();
        var index = IndexOf(tag);
        if (index < 0) return false;
        _elements.RemoveAt(index);
        return true;
    }

    public bool Contains(Tag tag) => IndexOf(tag) >= 0;

    public bool TryGet(Tag tag, out DataElement element)
    {
        var index = IndexOf(tag);
        element = index >= 0 ? _elements[index] : null!;
        return index >= 0;
    }

    /// <summary>The first value; null when the attribute is missing or empty.</summary>
    public string? GetString(Tag tag) => TryGet(tag, out var element) && element.Values is [{ Length: > 0 } first, ..] ? first : null;

    public IReadOnlyList<string> GetStrings(Tag tag) => TryGet(tag, out var element) ? element.Values : [];

    /// <summary>The first value as a whole number (IS, US, SS, UL, SL); null when missing, empty or not one.</summary>
    public int? GetInt32(Tag tag) =>
        int.TryParse(GetString(tag), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public IReadOnlyList<DataSet> GetItems(Tag tag) => TryGet(tag, out var element) ? element.Items : [];

    /// <summary>From now on nobody can change the data set, nor the items in it: several owners may hold it.</summary>
    public DataSet Freeze()
    {
        if (_isFrozen) return this;
        _isFrozen = true;
        foreach (var element in _elements)
            foreach (var item in element.Items) item.Freeze();
        return this;
    }

    /// <summary>A data set of its own with the same elements, to be changed; items of sequences stay those of the original.</summary>
    public DataSet Copy() => new([.. _elements], isOrdered: true);

    /// <summary>Whether both have the same elements with the same values, however they are encoded.</summary>
    public bool IsSameAs(DataSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Count != other.Count) return false;
        for (var i = 0; i < _elements.Count; i++)
            if (!_elements[i].IsSameAs(other._elements[i])) return false;
        return true;
    }

    public List<DataElement>.Enumerator GetEnumerator() => _elements.GetEnumerator();

    IEnumerator<DataElement> IEnumerable<DataElement>.GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    private void RequireChangeable()
    {
        if (_isFrozen) throw new InvalidOperationException("The data set is shared; change a copy of it.");
    }

    private static VR RequireVr(Tag tag) => DicomDictionary.VrOf(tag) is var vr && vr != VR.UN
        ? vr
        : throw new ArgumentException($"{tag} is not in the dictionary; name its representation.", nameof(tag));

    private int IndexOf(Tag tag)
    {
        int low = 0, high = _elements.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _elements[middle].Tag.Value.CompareTo(tag.Value);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
