namespace CloudPacs.Mapping.Loading;

/// <summary>One map of a sender with all layers applied; its rules belong to this sender alone.</summary>
internal sealed record FlatMap(string Name, int Version, RunLevel? Per, List<RuleSource> Rules);
