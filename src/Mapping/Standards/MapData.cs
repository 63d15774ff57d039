namespace CloudPacs.Mapping.Standards;

/// <summary>Reads the text tables that are embedded in this assembly.</summary>
internal static class MapData
{
    /// <summary>The lines of a table without comments and empty lines.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(MapData).Assembly.GetManifestResourceStream("CloudPacs.Mapping.Data." + name)
            ?? throw new InvalidOperationException($"The table {name} is not part of this build.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line;
        }
    }
}
