using CloudPacs.Mapping.Functions;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Why a rule ended: a code of table 0357, a text or null, and the value at fault.</summary>
internal sealed record RuleFailure(int Code, string? Text, MapValue Culprit);
