using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Compilation;

/// <summary>A variable that a rule sets: the run it belongs to, its place there, its type, and the first path that its value may come from.</summary>
internal sealed record CompiledVariable(RunLevel Level, int Slot, MapType Type, string Map, PathExpression? FirstPath);

/// <summary>A target that a rule writes: the run it belongs to and where the rule stands.</summary>
internal sealed record CompiledTarget(RunLevel Level, string RuleId, Position At);
