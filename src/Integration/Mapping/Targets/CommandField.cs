using CloudPacs.Integration.Mapping.Functions;
using CloudPacs.Integration.Mapping.Loading;

namespace CloudPacs.Integration.Mapping.Targets;

/// <summary>One value of a domain command.</summary>
/// <param name="MaxCharacters">Longest value, 0 = any, <see cref="Uid"/> = a UID: keys are never cut, a longer one is error 102 (or replaced by policy <c>longId</c>).</param>
internal sealed record CommandField(string Name, MapType Type, RunLevel Level, int MaxCharacters, Action<EvalContext, MapValue> Set)
{
    public const int Uid = -1;
}
