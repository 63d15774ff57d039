using CloudPacs.Mapping.Functions;

namespace CloudPacs.Mapping.Loading;

/// <summary>What a test lays over the files: policies, tables, catalogue rows and the zone of the site.</summary>
internal sealed record MapOverrides(YamlMap? Policy, YamlMap? Tables, IReadOnlyList<CatalogueRow> Catalogue, TimeZoneInfo? SiteZone);
