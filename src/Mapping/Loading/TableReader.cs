using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads code tables and the catalogue from CSV, and table rows from YAML.</summary>
internal sealed class TableReader(Diagnostics diagnostics)
{
    private static readonly string[] Columns = ["from", "to", "system", "display", "note"];

    /// <summary>Table name of a file: without folder, <c>.csv</c> and <c>.ci</c>.</summary>
    public static string NameOf(string file, out bool ignoreCase)
    {
        var name = file[(file.LastIndexOf('/') + 1)..^".csv".Length];
        ignoreCase = name.EndsWith(".ci", StringComparison.Ordinal);
        return ignoreCase ? name[..^3] : name;
    }

    public List<MapTableRow> ReadCsv(string file, string text, bool ignoreCase)
    {
        List<MapTableRow> rows = [];
        var keys = new HashSet<string>(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        List<string>? header = null;
        foreach (var (line, cells, fault) in Csv.Rows(text))
        {
            if (IsFaulty(file, line, fault)) continue;
            if (header is null)
            {
                header = cells;
                if (!CheckHeader(file, line, header)) return rows;
                continue;
            }

            if (cells.Count > header.Count || cells.Count < 2)
            {
                diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null,
                    $"The row has {cells.Count} cells, the header {header.Count}.", "Quote cells that hold a comma.");
                continue;
            }

            var cell = (string name) => header.IndexOf(name) is var i and >= 0 && i < cells.Count && cells[i].Length > 0 ? cells[i] : null;
            var from = cell("from") ?? "";
            if (from.Length == 0)
                diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null, "The row has no key.",
                    "Write the code that comes in before the first comma, or take the row out.");
            else if (!keys.Add(from))
                diagnostics.Add(MapCodes.DuplicateTableKey, new(file, line, 1), null, $"The key '{from}' stands twice in the table.",
                    "Keep one of the rows.");
            rows.Add(new MapTableRow(from, cell("to") ?? "", cell("system"), cell("display"), cell("note"), file, line));
        }

        if (header is null)
            diagnostics.Add(MapCodes.TableFile, new(file, 1, 1), null, "The table is empty.", "The first line must be from,to.");
        return rows;
    }

    /// <summary>Rows of a <c>tables:</c> entry: a text, or <c>{ to, system, display }</c>.</summary>
    public List<MapTableRow> ReadYaml(YamlMap rows)
    {
        List<MapTableRow> result = [];
        foreach (var entry in rows.Entries)
        {
            var at = entry.Key.At;
            if (entry.Value is YamlText text)
            {
                result.Add(new MapTableRow(entry.Key.Text, text.IsNull ? "" : text.Text, null, null, null, at.File, at.Line));
                continue;
            }

            if (entry.Value is not YamlMap map)
            {
                diagnostics.Add(MapCodes.WrongShape, entry.Value.At, null, "A table row is a text or holds to, system, display.",
                    "Write KEY: VALUE.");
                continue;
            }

            var keys = new KeyReader(map, diagnostics, "a table row");
            var to = keys.Text("to", isRequired: true)?.Text ?? "";
            result.Add(new MapTableRow(entry.Key.Text, to, keys.Text("system")?.Text, keys.Text("display")?.Text, keys.Text("note")?.Text,
                at.File, at.Line));
            keys.Finish();
        }

        return result;
    }

    public Catalogue ReadCatalogue(string file, string text)
    {
        List<CatalogueRow> rows = [];
        HashSet<string> codes = [];
        List<string>? header = null;
        foreach (var (line, cells, fault) in Csv.Rows(text))
        {
            if (IsFaulty(file, line, fault)) continue;
            if (header is null)
            {
                header = cells;
                var twice = header.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
                if (header.Count < 2 || header[0] != "code" || twice is not null)
                {
                    diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null,
                        "The header of the catalogue must be code and at least one other column, each once.",
                        "Write code,modality,station,duration,description.");
                    return Catalogue.Empty;
                }

                continue;
            }

            if (cells.Count > header.Count)
                diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null,
                    $"The row has {cells.Count} cells, the header {header.Count}.", "Quote cells that hold a comma.");
            else if (cells[0].Length == 0)
                diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null, "The row has no code.",
                    "Write the procedure code before the first comma, or take the row out.");
            else if (!codes.Add(cells[0]))
                diagnostics.Add(MapCodes.DuplicateTableKey, new(file, line, 1), null,
                    $"The code '{cells[0]}' stands twice in the catalogue.", "Keep one of the rows.");
            else rows.Add(new CatalogueRow(cells[0], Enumerable.Range(1, cells.Count - 1).Where(i => cells[i].Length > 0)
                .ToDictionary(i => header[i], i => cells[i]), file, line));
        }

        return new Catalogue(header is null ? [] : header[1..], rows);
    }

    private bool IsFaulty(string file, int line, string? fault)
    {
        if (fault is null) return false;
        diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null, fault,
            "Put the whole cell in quote marks and write a quote mark inside of it twice.");
        return true;
    }

    private bool CheckHeader(string file, int line, List<string> header)
    {
        foreach (var name in header.Where(name => !Columns.Contains(name)))
        {
            diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null, $"'{name}' is no column of a table.",
                Hints.DidYouMean(name, Columns, "The columns are from,to[,system,display,note]."));
            return false;
        }

        if (header.Contains("from") && header.Contains("to") && header.Distinct().Count() == header.Count) return true;
        diagnostics.Add(MapCodes.TableFile, new(file, line, 1), null,
            "The header must be from,to and may have system, display and note, each once.",
            "Let the first line be from,to,system,display,note.");
        return false;
    }
}
