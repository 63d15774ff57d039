namespace CloudPacs.Mapping.Language;

/// <summary>Why a text of the mapping language could not be read, and how it might be put right.</summary>
internal sealed record SyntaxError(int Offset, string Text, string Hint);
