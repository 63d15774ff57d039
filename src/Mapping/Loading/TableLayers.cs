using System.Collections.Frozen;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Tables while layers are laid over one another.</summary>
internal sealed class TableLayers(Diagnostics diagnostics)
{
    private readonly TableReader _reader = new(diagnostics);
    private readonly Dictionary<string, Layered> _tables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private Catalogue _catalogue = Catalogue.Empty;

    public TableLayers Clone()
    {
        var copy = new TableLayers(diagnostics) { _catalogue = _catalogue };
        foreach (var (name, table) in _tables) copy._tables[name] = table; // shared until a layer changes it
        return copy;
    }

    /// <summary>A table file: a new table, or rows over the one of that name below.</summary>
    public void AddFile(string file, string text)
    {
        var name = TableReader.NameOf(file, out var ignoreCase);
        if (!_files.Add(file[..(file.LastIndexOf('/') + 1)] + name))
            diagnostics.Add(MapCodes.TableLayer, new Position(file, 1, 1), null, $"Another file of the folder holds the table {name} too.",
                "Keep NAME.csv or NAME.ci.csv, not both.");
        if (!_tables.TryGetValue(name, out var table)) _tables[name] = table = new(ignoreCase, NewRows(ignoreCase));
        foreach (var row in _reader.ReadCsv(file, text, table.IgnoreCase)) table.Rows[row.From] = row;
    }

    public void SetCatalogue(string file, string text) => _catalogue = _reader.ReadCatalogue(file, text);

    public void OverlayCatalogue(IEnumerable<CatalogueRow> rows)
    {
        var list = rows.ToList();
        var codes = list.Select(row => row.Code).ToHashSet();
        var columns = _catalogue.Columns.Union(list.SelectMany(row => row.Cells.Keys)).ToList();
        _catalogue = new Catalogue(columns, _catalogue.Rows.Where(row => !codes.Contains(row.Code)).Concat(list));
    }

    /// <summary>The <c>tables:</c> of a layer: <c>name+</c>, <c>name=</c>, <c>name-</c>, or a bare name for a new table.</summary>
    public void Apply(YamlMap? tables)
    {
        foreach (var entry in tables?.Entries ?? [])
        {
            var key = entry.Key.Text;
            var sign = key.Length > 1 && key[^1] is '+' or '=' or '-' ? key[^1] : ' ';
            var name = sign == ' ' ? key : key[..^1];
            var isThere = _tables.TryGetValue(name, out var table);
            if (!name.All(Language.Scanner.IsNamePart))
            {
                Complain(entry, $"'{key}' does not name a table.",
                    "Write name+, name= or name-: the rows that are added, put in their place or taken out; name alone for a new table.");
            }
            else if (sign == ' ' && isThere)
            {
                Complain(entry, $"The table {name} is there already.", $"Write {name}+ to add rows, {name}= to replace it.");
            }
            else if (sign != ' ' && !isThere)
            {
                Complain(entry, $"There is no table {name}.",
                    Hints.DidYouMean(name, _tables.Keys, $"Write {name}: without a sign for a new table."));
            }
            else if (sign == '-')
            {
                RemoveRows(entry, Own(name));
            }
            else if (entry.Value is YamlMap rows)
            {
                if (sign == '+') table = Own(name);
                else _tables[name] = table = new(table?.IgnoreCase ?? false, NewRows(table?.IgnoreCase ?? false));
                foreach (var row in _reader.ReadYaml(rows)) table.Rows[row.From] = row;
            }
            else
            {
                diagnostics.Add(MapCodes.WrongShape, entry.Value.At, null, $"The table {name} must hold rows.", "Write KEY: VALUE.");
            }
        }
    }

    public (FrozenDictionary<string, MapTable> Tables, Catalogue Catalogue) Freeze() =>
        (_tables.ToFrozenDictionary(table => table.Key,
            table => table.Value.Made ??= new MapTable(table.Key, table.Value.IgnoreCase, table.Value.Rows.Values)), _catalogue);

    /// <summary>The table as one that this sender may change.</summary>
    private Layered Own(string name)
    {
        var shared = _tables[name];
        return _tables[name] = new(shared.IgnoreCase, new(shared.Rows, shared.Rows.Comparer));
    }

    private void RemoveRows(YamlEntry entry, Layered table)
    {
        if (entry.Value is not YamlList keys)
        {
            diagnostics.Add(MapCodes.WrongShape, entry.Value.At, null, "The keys to take out are a list.", "Write name-: [KEY, KEY].");
            return;
        }

        foreach (var key in keys.Items)
        {
            if (key is not YamlText text || !table.Rows.Remove(text.Text))
                diagnostics.Add(MapCodes.TableLayer, key.At, null, "The table has no such row to take out.",
                    Hints.DidYouMean((key as YamlText)?.Text ?? "", table.Rows.Keys));
        }
    }

    private void Complain(YamlEntry entry, string text, string hint) =>
        diagnostics.Add(MapCodes.TableLayer, entry.Key.At, null, text, hint);

    private static Dictionary<string, MapTableRow> NewRows(bool ignoreCase) =>
        new(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private sealed class Layered(bool ignoreCase, Dictionary<string, MapTableRow> rows)
    {
        public bool IgnoreCase { get; } = ignoreCase;

        public Dictionary<string, MapTableRow> Rows { get; } = rows;

        /// <summary>The finished table; senders that do not change it use the same one.</summary>
        public MapTable? Made { get; set; }
    }
}
