using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>The base maps by name and version, and what extends what.</summary>
internal sealed class MapLibrary(Diagnostics diagnostics)
{
    private readonly Dictionary<string, MapFile> _maps = new(StringComparer.Ordinal);
    private readonly HashSet<Position> _cycles = [];

    public void Add(MapFile map)
    {
        if (!_maps.TryAdd(map.Reference, map))
            diagnostics.Add(MapCodes.DuplicateId, map.At, null,
                $"There is a map {map.Reference} already, in {_maps[map.Reference].At.File}.", "Give this one another name or version.");
    }

    public MapLibrary With(IEnumerable<MapFile> maps)
    {
        var library = new MapLibrary(diagnostics);
        foreach (var map in _maps.Values) library._maps[map.Reference] = map;
        foreach (var map in maps) library.Add(map);
        return library;
    }

    /// <summary>Maps that no other map extends: what a sender gets that does not say what it extends.</summary>
    public IEnumerable<MapFile> Roots
    {
        get
        {
            var extended = _maps.Values.SelectMany(map => map.Extends).Select(reference => Name(reference.Text)).ToHashSet();
            return _maps.Values.Where(map => !extended.Contains(map.Reference));
        }
    }

    public IReadOnlyList<MapFile> Resolve(IEnumerable<YamlText> references)
    {
        List<MapFile> order = [];
        foreach (var reference in references) Visit(reference, [], order);
        return order;
    }

    public IReadOnlyList<MapFile> Resolve(IEnumerable<MapFile> maps)
    {
        List<MapFile> order = [];
        foreach (var map in maps) Visit(map, [map.Reference], order);
        return order;
    }

    /// <summary>Checks every map's own extends, used or not.</summary>
    public void CheckAll()
    {
        foreach (var map in _maps.Values) Visit(map, [map.Reference], []);
    }

    private void Visit(YamlText reference, List<string> open, List<MapFile> order)
    {
        var name = Name(reference.Text);
        if (!_maps.TryGetValue(name, out var map))
        {
            diagnostics.Add(MapCodes.UnknownMap, reference.At, null, $"There is no map {reference.Text}.",
                Hints.DidYouMean(name, _maps.Keys));
            return;
        }

        if (open.Contains(name))
        {
            // One finding an 'extends' of the circle, wherever it is entered: which of them is wrong only their author knows.
            var cycle = open.Skip(open.IndexOf(name)).ToList();
            if (_cycles.Add(reference.At))
                diagnostics.Add(MapCodes.ExtendsCycle, reference.At, null,
                    $"The maps extend one another in a circle: {string.Join(" -> ", cycle)} -> {name}.", "Take one 'extends' out.");
            return;
        }

        Visit(map, [.. open, name], order);
    }

    private void Visit(MapFile map, List<string> open, List<MapFile> order)
    {
        if (order.Contains(map)) return;
        foreach (var reference in map.Extends) Visit(reference, open, order);
        if (!order.Contains(map)) order.Add(map);
    }

    private static string Name(string reference) => reference.StartsWith("base/", StringComparison.Ordinal)
        ? reference["base/".Length..]
        : reference;
}
