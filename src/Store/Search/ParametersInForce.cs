namespace CloudPacs.Store.Search;

/// <summary>The search parameters of a site that are in force.</summary>
/// <param name="Revision">Another, higher number when something has changed.</param>
/// <param name="All">By their ids.</param>
public sealed record ParametersInForce(long Revision, IReadOnlyList<ParameterRow> All)
{
    public static ParametersInForce None { get; } = new(0, []);
}

/// <summary>A search parameter of a site.</summary>
/// <param name="Id">Id of the resource that defines it.</param>
/// <param name="Definition">That resource.</param>
/// <param name="Types">The types that have it.</param>
/// <param name="Places">Names what is indexed: the same places, the same values.</param>
/// <param name="IsComplete">Every resource is found by it.</param>
public sealed record ParameterRow(
    string Id, ReadOnlyMemory<byte> Definition, IReadOnlyList<string> Types, string Places, bool IsComplete);
