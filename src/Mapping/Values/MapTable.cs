using System.Collections.Frozen;

namespace CloudPacs.Mapping.Values;

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
        Type = _rows.Values.Any(row => row.System is not null) ? MapType.Code : MapType.Text;
    }

    public string Name { get; }

    public bool IgnoreCase { get; }

    /// <summary>Type of what the table gives: codes when a row names a system, else texts.</summary>
    public MapType Type { get; }

    public int Count => _rows.Count;

    public IEnumerable<MapTableRow> Rows => _rows.Values;

    /// <summary>The row of the key, else the <c>*</c> row, else null.</summary>
    public MapTableRow? Find(string key) => _rows.TryGetValue(key, out var row) ? row : _else;

    /// <summary>Whether the key itself is listed; the <c>*</c> row does not count.</summary>
    public bool Contains(string key) => _rows.ContainsKey(key);
}

/// <summary>One row of a table: what a key becomes, and where the row stands.</summary>
public sealed record MapTableRow(string From, string To, string? System, string? Display, string? Note, string File, int Line)
{
    /// <summary>As a value: a code when the row names a system, else a text; an empty <see cref="To"/> is absent.</summary>
    public MapValue Value =>
        To.Length == 0 ? MapValue.Absent : System is null ? MapValue.Text(To) : MapValue.Code(new MapCode(To, System, Display));
}
