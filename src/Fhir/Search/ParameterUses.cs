namespace CloudPacs.Fhir.Search;

/// <summary>
/// How a parameter may be used (FHIR R4 searchparameter.html: comparator, modifier, chain, multipleOr); null where nothing is said.
/// </summary>
/// <param name="Comparators">Prefixes of values, such as <c>ge</c>.</param>
/// <param name="Modifiers">Codes of value set search-modifier-code.</param>
/// <param name="Chains">Parameters that may follow it in a chain.</param>
/// <param name="TakesSeveral">Its value may have alternatives.</param>
public sealed record ParameterUses(
    IReadOnlyList<string>? Comparators, IReadOnlyList<string>? Modifiers, IReadOnlyList<string>? Chains, bool TakesSeveral)
{
    private static readonly HashSet<string> Prefixes = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    /// <summary>Why a comparison is none of these uses; null when it is one.</summary>
    /// <param name="kind">How values are compared.</param>
    /// <param name="modifier">What follows the name after a colon; null for nothing.</param>
    /// <param name="values">The alternatives.</param>
    public string? WhyNot(SearchKind kind, string? modifier, IReadOnlyList<string> values)
    {
        if (modifier is not null && Modifiers is not null && !Modifiers.Contains(CodeOf(modifier)))
            return $"its modifiers are {Listed(Modifiers)}";
        if (!TakesSeveral && values.Count > 1) return "it takes one value";
        if (Comparators is null || modifier is not null) return null;
        if (kind is not (SearchKind.Date or SearchKind.Number or SearchKind.Quantity)) return null;
        // Without a prefix equality is meant, which there is always.
        return values.Select(static value => value.Length > 1 ? value[..2] : "").FirstOrDefault(
            prefix => Prefixes.Contains(prefix) && prefix != "eq" && !Comparators.Contains(prefix)) is not null
            ? $"its comparators are {Listed(Comparators)}"
            : null;
    }

    /// <summary>Why a chain goes on in a way that is none of these; null when it is one.</summary>
    /// <param name="next">The parameter that follows.</param>
    public string? WhyNoChain(string next) =>
        Chains is null || Chains.Contains(next) ? null : $"what follows it in a chain is {Listed(Chains)}";

    private static string CodeOf(string modifier) =>
        modifier == "of-type" ? "ofType" : char.IsAsciiLetterUpper(modifier[0]) ? "type" : modifier;

    private static string Listed(IReadOnlyList<string> codes) => codes.Count == 0 ? "none" : string.Join(", ", codes);
}
