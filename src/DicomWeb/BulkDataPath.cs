using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb;

/// <summary>
/// Where a value is in a data set, as the end of its address: <c>00282000</c>, or <c>00480105/1/00282000</c> for one in the first item of a
/// sequence.
/// </summary>
public sealed class BulkDataPath
{
    private const int MaxDepth = 32;

    private readonly (Tag Sequence, int Item)[] _items;

    /// <param name="attribute">Attribute that has the value.</param>
    /// <param name="items">Sequences and item numbers, from 1 on, that lead to it.</param>
    public BulkDataPath(Tag attribute, params (Tag Sequence, int Item)[] items) => (Attribute, _items) = (attribute, items);

    public Tag Attribute { get; }

    public IReadOnlyList<(Tag Sequence, int Item)> Items => _items;

    /// <summary>Reads what follows <c>bulkdata/</c>; null when it is no such path.</summary>
    public static BulkDataPath? Read(string? text)
    {
        var steps = (text ?? "").Split('/');
        if (steps.Length % 2 == 0 || steps.Length > (2 * MaxDepth) + 1 || !Tag.TryParse(steps[^1], out var attribute)) return null;
        var items = new (Tag, int)[steps.Length / 2];
        for (var i = 0; i < items.Length; i++)
        {
            if (!Tag.TryParse(steps[2 * i], out var sequence)
                || !int.TryParse(steps[(2 * i) + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var item)
                || item < 1) return null;
            items[i] = (sequence, item);
        }

        return new(attribute, items);
    }

    /// <summary>The element in a data set; null when it is not there.</summary>
    public DataElement? FindIn(DataSet dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        foreach (var (sequence, item) in _items)
        {
            var found = dataSet.GetItems(sequence);
            if (item > found.Count) return null;
            dataSet = found[item - 1];
        }

        return dataSet.TryGet(Attribute, out var element) ? element : null;
    }

    public override string ToString() =>
        string.Concat(
            _items.Select(static step => string.Create(CultureInfo.InvariantCulture, $"{step.Sequence}/{step.Item}/"))) + Attribute;
}
