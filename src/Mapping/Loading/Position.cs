namespace CloudPacs.Mapping.Loading;

/// <summary>A place in a file of the mapping directory; line and column from 1.</summary>
public readonly record struct Position(string File, int Line, int Column);
