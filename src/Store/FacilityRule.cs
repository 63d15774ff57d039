namespace CloudPacs.Store;

/// <summary>
/// The one place that decides between facilities: a caller sees, and adds to, what is of its own facility and what is of none.
/// </summary>
public static class FacilityRule
{
    /// <param name="caller">Facility of the caller; empty = it is of none; null = callers are not told apart, or a person decides.</param>
    /// <param name="owner">Facility of a study, or of an order; null = of none.</param>
    public static bool Admits(string? caller, string? owner) => caller is null || owner is null || caller == owner;

    /// <summary>The same as a condition, for a caller that is not null.</summary>
    /// <param name="caller">Parameter or column.</param>
    /// <param name="owner">Column.</param>
    internal static string Condition(string caller, string owner) => $"({owner} IS NULL OR {owner} = {caller})";
}
