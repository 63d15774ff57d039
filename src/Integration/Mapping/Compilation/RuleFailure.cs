using CloudPacs.Integration.Mapping.Functions;

namespace CloudPacs.Integration.Mapping.Compilation;

/// <summary>Why a rule ended: a code of table 0357, a text or null, and the value at fault.</summary>
internal sealed record RuleFailure(int Code, string? Text, MapValue Culprit);
