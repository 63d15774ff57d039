using System.Collections.Frozen;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Lays base, site, sender and message type over one another for each sender, and compiles the result.</summary>
internal sealed class SenderBuilder(MapEnvironment environment, LayerFile site, MapLibrary library, TableLayers tables,
    FunctionTable functions, Diagnostics diagnostics, MapOverrides? overrides)
{
    private readonly PolicyReader _policies = new(diagnostics);
    private readonly LayerReader _layers = new(diagnostics);

    public DestinationMap BuildDestination(LayerFile destination) =>
        new(destination.Name, BuildVariant(destination, MapsOf(destination, destination.Extends), null));

    private IReadOnlyList<MapFile> MapsOf(LayerFile layer, IReadOnlyList<YamlText> extends)
    {
        var own = library.With(layer.Maps);
        return extends.Count > 0 ? [.. own.Resolve(extends).Concat(layer.Maps).Distinct()] : own.Resolve(own.Roots);
    }

    public SenderMap Build(LayerFile sender, IReadOnlyList<SenderMatch> match)
    {
        var maps = MapsOf(sender, sender.Extends.Count > 0 ? sender.Extends : site.Extends);
        var standard = BuildVariant(sender, maps, null);
        var variants = new List<SenderVariant>();
        foreach (var message in sender.Messages)
        {
            if (_layers.ReadMessage(message) is { } layer) variants.Add(BuildVariant(sender, maps, layer));
        }

        return new SenderMap(sender.Name, match, standard, variants);
    }

    private SenderVariant BuildVariant(LayerFile sender, IReadOnlyList<MapFile> maps, LayerFile? message)
    {
        var flat = maps.Select(map => new FlatMap(map.Name, map.Version, map.Per, [.. map.Rules.Select(rule => rule.Clone())])).ToList();
        var rules = new RuleLayers(flat, diagnostics);
        var vars = new VarReader(diagnostics);
        var layered = tables.Clone();
        foreach (var map in maps)
        {
            vars.Apply(map.Vars);
            layered.Apply(map.Tables);
        }

        var policy = new SenderPolicy();
        foreach (var layer in new[] { site, sender, message })
        {
            if (layer is null) continue;
            vars.Apply(layer.Vars);
            layered.Apply(layer.Tables);
            rules.Apply(layer.Rules);
            policy = _policies.Read(policy, layer.Policy);
        }

        if (overrides is not null)
        {
            policy = _policies.Read(policy, overrides.Policy);
            layered.Apply(overrides.Tables);
            layered.OverlayCatalogue(overrides.Catalogue);
        }

        var siteZone = overrides?.SiteZone ?? ReadZone(site.Zone) ?? environment.SiteZone;
        var (frozen, catalogue) = layered.Freeze();
        var settings = new MapSettings
        {
            Sender = sender.Name,
            Site = environment.Site,
            Policy = policy,
            Zone = ReadZone(sender.Zone) ?? siteZone,
            SiteZone = siteZone,
            BaseUri = environment.BaseUri,
            InstallationNamespace = environment.InstallationNamespace,
            Vars = vars.Values.ToFrozenDictionary(),
            Tables = frozen,
            Catalogue = catalogue,
            Owned = environment.Owned,
            OwnedAttributes = environment.OwnedAttributes,
        };
        var compiled = MapCompiler.Compile(flat, settings, vars.Types, functions, diagnostics, isTraced: false);
        return new SenderVariant(message?.Name ?? "", MapHash.Of(flat, settings), flat, vars.Types, functions, compiled);
    }

    private TimeZoneInfo? ReadZone(YamlText? zone)
    {
        if (zone is null) return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text, out var known)) return known;
        diagnostics.Add(MapCodes.UnknownZone, zone.At, null, $"There is no time zone {zone.Text}.",
            Hints.DidYouMean(zone.Text, TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id),
                "Write an IANA name such as Asia/Kolkata."));
        return null;
    }
}
