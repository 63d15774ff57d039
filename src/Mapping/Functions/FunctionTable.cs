using System.Collections.Frozen;

namespace CloudPacs.Mapping.Functions;

/// <summary>All functions that maps may call, by name. New functions are a line in one of the sets below.</summary>
public sealed class FunctionTable
{
    private readonly FrozenDictionary<string, MapFunction> _byName;

    public FunctionTable(IEnumerable<MapFunction> functions) => _byName = functions.ToFrozenDictionary(function => function.Name);

    public static FunctionTable Default { get; } = new(
    [
        .. TextFunctions.All,
        .. ListFunctions.All,
        .. TimeFunctions.All,
        .. ControlFunctions.All,
        .. V2Functions.All,
        .. CodeFunctions.All,
        .. FhirFunctions.All,
        .. IdFunctions.All,
        .. LookupFunctions.All,
    ]);

    public IEnumerable<string> Names => _byName.Keys;

    public bool TryGet(string name, out MapFunction function) => _byName.TryGetValue(name, out function!);
}
