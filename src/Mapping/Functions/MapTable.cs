using System.Collections.Frozen;

namespace CloudPacs.Mapping.Functions;

/// <summary>A code table with the rows of all layers laid over one another; <c>*</c> is the row for keys that are not listed.</summary>
public sealed class MapTable
{
    private readonly FrozenDictionary<string, MapTableRow> _rows;
    private readonly MapTableRow? _else;

    internal MapTable(string name, bool ignoreCase, IEnumerable<MapTableRow> rows)
    {
        Name = name;
        IgnoreCase = ignoreCase;
        _rows = rows.ToFrozenDictionary(row => row.From, ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        _rows.TryGetValue("*", out _else);
    }

    public string Name { get; }

    public bool IgnoreCase { get; }

    public int Count => _rows.Count;

    public IEnumerable<MapTableRow> Rows => _rows.Values;

    /// <summary>The row of the key, else the <c>*</c> row, else null.</summary>
    public MapTableRow? Find(string key) => _rows.TryGetValue(key, out var row) ? row : _else;

    /// <summary>Whether the key itself is listed; the <c>*</c> row does not count.</summary>
    public bool Contains(string key) => _rows.ContainsKey(key);
}
