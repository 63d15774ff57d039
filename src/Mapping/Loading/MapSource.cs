using System.Buffers;
using System.Text.Unicode;
using CloudPacs.Mapping.Findings;

namespace CloudPacs.Mapping.Loading;

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

    /// <summary>Folders that hold the maps of a site.</summary>
    internal static IReadOnlyList<string> Folders(string site) =>
        ["base", "base/tables", $"sites/{site}", $"sites/{site}/tables", "senders", "destinations", "destinations/base"];

    /// <summary>Reads the directory; files that cannot be read are findings.</summary>
    internal static MapSource Read(string directory, string site, Diagnostics diagnostics)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in Folders(site))
        {
            var path = Path.Combine(directory, folder);
            if (!Directory.Exists(path)) continue;
            foreach (var file in FilesIn(path, folder, diagnostics))
            {
                if (Path.GetFileName(file)[0] is '.' or '#') continue;
                var name = $"{folder}/{Path.GetFileName(file)}";
                if (Path.GetExtension(file) is not (".yaml" or ".csv"))
                {
                    if (Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml" or ".csv")
                        diagnostics.Add(MapCodes.FileSystem, new Position(name, 1, 1), null, "A file of this name is not read.",
                            "Let it end in .yaml or .csv, or move it out of the folder.");
                    continue;
                }

                if (files.Count >= MaxFiles)
                    diagnostics.Add(MapCodes.TooLarge, new Position(name, 1, 1), null, $"There are more than {MaxFiles} map files.",
                        "Take out what is not used.");
                else if (ReadText(file, name, diagnostics) is { } text) files[name] = text;
            }
        }

        if (files.Count == 0)
            diagnostics.Add(MapCodes.FileSystem, new Position("base", 1, 1), null, $"No map is to be found in {directory}.",
                "Set Mapping:Directory to the folder that holds base/, sites/ and senders/.");
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
            diagnostics.Add(MapCodes.FileSystem, new Position(folder, 1, 1), null, $"The folder cannot be read: {fault.Message}",
                "Check that it exists and that the engine may read it.");
            return [];
        }
    }

    private static string? ReadText(string path, string name, Diagnostics diagnostics)
    {
        try
        {
            var file = new FileInfo(path);
            var length = (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
            // Pipes and devices have no length: reading one might never end.
            if (length == 0) return "";
            if (length <= MaxFileBytes) return Decode(File.ReadAllBytes(path), name, diagnostics);
            diagnostics.Add(MapCodes.TooLarge, new Position(name, 1, 1), null, $"The file is larger than {MaxFileBytes >> 20} MB.",
                "Split it.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(MapCodes.FileSystem, new Position(name, 1, 1), null, $"The file cannot be read: {fault.Message}",
                "Check that it exists and that the engine may read it.");
        }

        return null;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, string name, Diagnostics diagnostics)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var text = new char[bytes.Length];
        if (Utf8.ToUtf16(bytes, text, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
            return new string(text, 0, written);
        var before = bytes[..read];
        diagnostics.Add(MapCodes.FileSystem, new Position(name, before.Count((byte)'\n') + 1, read - before.LastIndexOf((byte)'\n')), null,
            "The file is not UTF-8 text.", "Save it with the encoding UTF-8.");
        return null;
    }
}
