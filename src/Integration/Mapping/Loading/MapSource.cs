namespace CloudPacs.Integration.Mapping.Loading;

/// <summary>The text of all files of a mapping directory that count for one site, read at one moment.</summary>
public sealed class MapSource
{
    private const int MaxFiles = 5_000;
    private const int MaxFileBytes = 4 << 20;

    /// <param name="site">Name of the site: picks <c>sites/NAME</c>.</param>
    /// <param name="files">Texts by path below the directory, with forward slashes.</param>
    public MapSource(string site, IReadOnlyDictionary<string, string> files)
    {
        Site = site;
        Files = new SortedDictionary<string, string>(files.ToDictionary(file => file.Key, file => file.Value), StringComparer.Ordinal);
    }

    public string Site { get; }

    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>Files directly in a folder with that end of name, by name.</summary>
    internal IEnumerable<KeyValuePair<string, string>> In(string folder, string extension) => Files.Where(file =>
        file.Key.StartsWith(folder, StringComparison.Ordinal) && file.Key.EndsWith(extension, StringComparison.Ordinal)
        && file.Key.IndexOf('/', folder.Length) < 0);

    /// <summary>Reads the directory; files that cannot be read are findings.</summary>
    internal static MapSource Read(string directory, string site, Diagnostics diagnostics)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var folders = new[] { "base", "base/tables", $"sites/{site}", $"sites/{site}/tables", "senders" };
        foreach (var folder in folders)
        {
            var path = Path.Combine(directory, folder);
            if (!Directory.Exists(path)) continue;
            foreach (var file in FilesIn(path, folder, diagnostics))
            {
                if (Path.GetExtension(file) is not (".yaml" or ".csv") || Path.GetFileName(file)[0] is '.' or '#') continue;
                var name = $"{folder}/{Path.GetFileName(file)}";
                if (files.Count >= MaxFiles) diagnostics.Add(MapCodes.TooLarge, new Position(name, 1, 1), null, $"There are more than {MaxFiles} map files.", "Take out what is not used.");
                else if (ReadText(file, name, diagnostics) is { } text) files[name] = text;
            }
        }

        if (files.Count == 0) diagnostics.Add(MapCodes.FileSystem, new Position("base", 1, 1), null, $"No map is to be found in {directory}.", "Set Mapping:Directory to the folder that holds base/, sites/ and senders/.");
        return new MapSource(site, files);
    }

    private static string[] FilesIn(string path, string folder, Diagnostics diagnostics)
    {
        try
        {
            return Directory.GetFiles(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(MapCodes.FileSystem, new Position(folder, 1, 1), null, $"The folder cannot be read: {fault.Message}", "Check that it exists and that the engine may read it.");
            return [];
        }
    }

    private static string? ReadText(string path, string name, Diagnostics diagnostics)
    {
        try
        {
            if (new FileInfo(path).Length <= MaxFileBytes) return File.ReadAllText(path);
            diagnostics.Add(MapCodes.TooLarge, new Position(name, 1, 1), null, $"The file is larger than {MaxFileBytes >> 20} MB.", "Split it.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(MapCodes.FileSystem, new Position(name, 1, 1), null, $"The file cannot be read: {fault.Message}", "Check that it exists and that the engine may read it.");
        }

        return null;
    }
}
