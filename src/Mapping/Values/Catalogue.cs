using System.Collections.Frozen;

namespace CloudPacs.Mapping.Values;

/// <summary>
/// The procedure catalogue of a site (<c>catalogue.csv</c>): what the site knows about a procedure code; the first column is the code.
/// </summary>
public sealed class Catalogue
{
    private readonly FrozenDictionary<string, CatalogueRow> _rows;
    private readonly FrozenSet<string> _filled;

    internal Catalogue(IReadOnlyList<string> columns, IEnumerable<CatalogueRow> rows)
    {
        Columns = columns;
        _rows = rows.ToFrozenDictionary(row => row.Code, StringComparer.Ordinal);
        _filled = _rows.Values.SelectMany(static row => row.Cells.Keys).ToFrozenSet(StringComparer.Ordinal);
    }

    public static Catalogue Empty { get; } = new([], []);

    /// <summary>Names of the columns after the first, such as modality, station, duration, description.</summary>
    public IReadOnlyList<string> Columns { get; }

    public IEnumerable<CatalogueRow> Rows => _rows.Values;

    /// <summary>Whether some row has a cell in that column.</summary>
    public bool Fills(string column) => _filled.Contains(column);

    public CatalogueRow? Find(string code) => _rows.GetValueOrDefault(code);

    /// <summary>A cell, or null when the code or the column is not there or the cell is empty.</summary>
    public string? Find(string code, string column) => Find(code)?.Cells.GetValueOrDefault(column);
}

/// <summary>One procedure of the catalogue; empty cells are left out.</summary>
public sealed record CatalogueRow(string Code, IReadOnlyDictionary<string, string> Cells, string File, int Line);
