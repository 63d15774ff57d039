using System.Text;

namespace CloudPacs.Integration.Mapping.Loading;

/// <summary>Reads comma-separated values (RFC 4180) with the line each row starts at; empty lines and lines that start with # are left out.</summary>
internal static class Csv
{
    public static IEnumerable<(int Line, List<string> Cells)> Rows(string text)
    {
        var position = text.StartsWith('\uFEFF') ? 1 : 0;
        var line = 1;
        while (position < text.Length)
        {
            var start = line;
            var isComment = text[position] == '#';
            var cells = ReadRow(text, ref position, ref line);
            if (!isComment && (cells.Count > 1 || cells[0].Length > 0)) yield return (start, cells);
        }
    }

    private static List<string> ReadRow(string text, ref int position, ref int line)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        var isQuoted = false;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '\n') line++;
            if (isQuoted)
            {
                if (c != '"') cell.Append(c);
                else if (position + 1 < text.Length && text[position + 1] == '"') cell.Append(text[++position]);
                else isQuoted = false;
            }
            else if (c == '"' && cell.Length == 0) isQuoted = true;
            else if (c == ',') Flush();
            else if (c == '\n')
            {
                position++;
                break;
            }
            else if (c != '\r') cell.Append(c);
        }

        Flush();
        return cells;

        void Flush()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }
}
