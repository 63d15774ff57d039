using System.Text;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads comma-separated values (RFC 4180); empty lines and lines that start with # are left out.</summary>
internal static class Csv
{
    /// <summary>The rows, each with the line it starts at, and what is wrong with its quote marks.</summary>
    public static IEnumerable<(int Line, List<string> Cells, string? Fault)> Rows(string text)
    {
        var position = text.StartsWith('\uFEFF') ? 1 : 0;
        var line = 1;
        while (position < text.Length)
        {
            var start = line;
            if (text[position] == '#')
            {
                var end = text.IndexOf('\n', position);
                position = end < 0 ? text.Length : end + 1;
                line++;
                continue;
            }

            var (cells, fault) = ReadRow(text, ref position, ref line);
            if (cells.Count > 1 || cells[0].Length > 0 || fault is not null) yield return (start, cells, fault);
        }
    }

    private static (List<string> Cells, string? Fault) ReadRow(string text, ref int position, ref int line)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        var (isQuoted, wasQuoted) = (false, false);
        string? fault = null;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '\n') line++;
            if (isQuoted)
            {
                if (c != '"') cell.Append(c);
                else if (position + 1 < text.Length && text[position + 1] == '"') cell.Append(text[++position]);
                else (isQuoted, wasQuoted) = (false, true);
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted) isQuoted = true;
            else if (c == ',') Flush();
            else if (c == '\n')
            {
                position++;
                break;
            }
            else if (c != '\r')
            {
                if (c == '"' || (wasQuoted && c is not (' ' or '\t'))) fault ??= "A quote mark stands inside of a cell.";
                cell.Append(c);
            }
        }

        if (isQuoted) fault = "The quote mark that opens a cell of this row is never closed.";
        Flush();
        return (cells, fault);

        void Flush()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
            wasQuoted = false;
        }
    }
}
