using System.Text;

namespace CloudPacs.Dicom;

/// <summary>Reads an embedded table: comma separated, double quotes around fields that hold a comma, first line = header.</summary>
internal static class CsvResource
{
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(CsvResource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
            yield return line.Contains('"', StringComparison.Ordinal) ? Quoted(line) : line.Split(',');
    }

    private static string[] Quoted(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var inQuotes = false;
        foreach (var c in line)
        {
            if (c == '"') inQuotes = !inQuotes;
            else if (c == ',' && !inQuotes)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(c);
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}
