using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>
/// Loads a whole set of maps from its files: reads, lays layers, checks and compiles; collects every problem before it answers.
/// </summary>
internal sealed class MapSetLoader
{
    public const string DefaultSender = "default";

    private readonly MapSource _source;
    private readonly Diagnostics _diagnostics;
    private readonly MapLibrary _library;
    private readonly MapLibrary _outward;
    private readonly TableLayers _tables;
    private readonly LayerReader _layers;
    private readonly MatchReader _matches;

    private MapSetLoader(MapSource source, Diagnostics diagnostics)
    {
        _source = source;
        _diagnostics = diagnostics;
        _library = new MapLibrary(diagnostics);
        _outward = new MapLibrary(diagnostics);
        _tables = new TableLayers(diagnostics);
        _layers = new LayerReader(diagnostics);
        _matches = new MatchReader(diagnostics);
    }

    /// <summary>The set, or null when any finding is an error.</summary>
    public static MapSet? Load(MapSource source, MapEnvironment environment, FunctionTable functions, Diagnostics diagnostics,
        MapOverrides? overrides = null)
    {
        var loader = new MapSetLoader(source, diagnostics);
        loader.ReadBase();
        var site = loader.ReadSite();
        var senders = loader.ReadSenders();
        var matches = senders.Select(sender => (sender, loader._matches.Read(sender))).ToList();
        loader._matches.FindTies(matches);
        var builder = new SenderBuilder(environment, site, loader._library, loader._tables, functions, diagnostics, overrides);
        var maps = matches.Select(sender => builder.Build(sender.sender, sender.Item2)).ToList();
        var outward = new SenderBuilder(environment, site, loader._outward, loader._tables, functions, diagnostics, overrides);
        var destinations = loader.ReadDestinations().ConvertAll(outward.BuildDestination);
        return diagnostics.HasErrors ? null : new MapSet(maps, destinations, diagnostics.All);
    }

    private void ReadBase()
    {
        foreach (var (file, text) in _source.In("base/tables/", ".csv")) _tables.AddFile(file, text);
        ReadMaps("base/", _library);
        ReadMaps("destinations/base/", _outward);
    }

    private void ReadMaps(string folder, MapLibrary library)
    {
        var reader = new MapFileReader(_diagnostics);
        foreach (var (file, text) in _source.In(folder, ".yaml"))
        {
            if (YamlFile.Read(file, text, _diagnostics) is { } yaml && reader.Read(yaml) is { } map) library.Add(map);
        }

        library.CheckAll();
    }

    private LayerFile ReadSite()
    {
        var folder = $"sites/{_source.Site}/";
        foreach (var (file, text) in _source.In(folder + "tables/", ".csv")) _tables.AddFile(file, text);
        if (_source.Files.TryGetValue(folder + "catalogue.csv", out var catalogue))
            _tables.SetCatalogue(folder + "catalogue.csv", catalogue);
        var name = folder + "site.yaml";
        var site = _source.Files.TryGetValue(name, out var content) && YamlFile.Read(name, content, _diagnostics) is { } yaml
            ? _layers.ReadSite(yaml, _source.Site)
            : new LayerFile(_source.Site, new Position(name, 1, 1));
        return site;
    }

    private List<LayerFile> ReadDestinations()
    {
        List<LayerFile> destinations = [];
        foreach (var (file, text) in _source.In("destinations/", ".yaml"))
        {
            if (YamlFile.Read(file, text, _diagnostics) is { } yaml
                && _layers.ReadDestination(yaml, Path.GetFileNameWithoutExtension(file)) is { } destination)
                destinations.Add(destination);
        }

        return destinations;
    }

    private List<LayerFile> ReadSenders()
    {
        List<LayerFile> senders = [];
        foreach (var (file, text) in _source.In("senders/", ".yaml"))
        {
            var fileName = Path.GetFileNameWithoutExtension(file);
            if (YamlFile.Read(file, text, _diagnostics) is not { } yaml || _layers.ReadSender(yaml, fileName) is not { } sender) continue;
            if (senders.Exists(known => known.Name == sender.Name))
                _diagnostics.Add(MapCodes.DuplicateId, sender.At, null, $"Two files describe the sender {sender.Name}.",
                    "Give each its own name.");
            senders.Add(sender);
        }

        if (!senders.Exists(sender => sender.Name == DefaultSender))
            senders.Add(new LayerFile(DefaultSender, new Position("senders/default.yaml", 1, 1)));
        return senders;
    }
}

/// <summary>What a test lays over the files: policies, tables, catalogue rows and the zone of the site.</summary>
internal sealed record MapOverrides(YamlMap? Policy, YamlMap? Tables, IReadOnlyList<CatalogueRow> Catalogue, TimeZoneInfo? SiteZone);
