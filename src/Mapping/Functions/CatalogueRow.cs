namespace CloudPacs.Mapping.Functions;

/// <summary>One procedure of the catalogue; empty cells are left out.</summary>
public sealed record CatalogueRow(string Code, IReadOnlyDictionary<string, string> Cells, string File, int Line);
