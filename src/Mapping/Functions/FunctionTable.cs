using System.Collections.Frozen;

namespace CloudPacs.Mapping.Functions;

/// <summary>All functions that maps may call, by name. New functions are a line in one of the sets below.</summary>
public sealed class FunctionTable
{
    private readonly FrozenDictionary<string, MapFunction> _byName;

    /// <exception cref="ArgumentException">Two functions have one name, or one has no parameter or too many.</exception>
    public FunctionTable(IEnumerable<MapFunction> functions)
    {
        _byName = functions.ToFrozenDictionary(function => function.Name);
        if (_byName.Values.FirstOrDefault(function => function.Parameters.Length is 0 or > MapFunction.MaxParameters) is { } wrong)
        {
            var text = $"The function {wrong.Name} has {wrong.Parameters.Length} parameters, not 1 to {MapFunction.MaxParameters}.";
            throw new ArgumentException(text, nameof(functions));
        }
    }

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
        .. ReportFunctions.All,
    ]);

    public IEnumerable<string> Names => _byName.Keys;

    public bool TryGet(string name, out MapFunction function) => _byName.TryGetValue(name, out function!);
}
