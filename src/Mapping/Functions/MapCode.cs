namespace CloudPacs.Mapping.Functions;

/// <summary>A code value. <paramref name="System"/> is a URI or a v2 scheme name as it stands in the table or message; null = unknown.</summary>
public sealed record MapCode(string Code, string? System = null, string? Display = null, string? Version = null);
