using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>References as searches write them (FHIR R4 search.html 3.1.1.4.12).</summary>
/// <param name="keys">Names values and places.</param>
/// <param name="tokens">Reads identifiers.</param>
/// <param name="ownBase">Address of the server, with a slash at its end; null when it has none.</param>
internal sealed class ReferenceValues(IndexKeys keys, TokenValues tokens, string? ownBase)
{
    public SearchCondition Read(SearchParameter parameter, string? modifier, List<string> values, string name)
    {
        var places = keys.PlacesOf(parameter);
        if (modifier == "identifier")
        {
            List<long> identifiers = [.. places.Select(keys.IdentifiersOf)];
            return tokens.Any(identifiers, values, name);
        }

        if (modifier is not (null or [>= 'A' and <= 'Z', ..])) throw ValueReader.NoModifier(name, modifier);
        var types = TargetsOf(parameter, modifier, name);
        return new KeyCondition(
            [.. values.SelectMany(value => KeysOf(value, types, name)).SelectMany(key => places.Select(place => place ^ key)).Distinct()]);
    }

    /// <summary>Keys of the references that a value stands for: that which it is, or an id with each type that is possible.</summary>
    public IEnumerable<long> KeysOf(string value, IReadOnlyList<string> types, string name)
    {
        var reference = EscapedText.Plain(value, name);
        if (ownBase is not null && reference.StartsWith(ownBase, StringComparison.Ordinal)) reference = reference[ownBase.Length..];
        if (IsId(reference)) return types.Select(type => keys.Reference($"{type}/{reference}"));
        return MayBeOf(reference, types) ? [keys.Reference(reference)] : [];
    }

    /// <summary>The types of resources that a parameter may refer to, also those that are not kept here.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="given">The type that the search names; null for all.</param>
    /// <param name="name">The parameter as it was given.</param>
    /// <exception cref="SearchException">It does not refer to the named type.</exception>
    public static IReadOnlyList<string> TargetsOf(SearchParameter parameter, string? given, string name)
    {
        var targets = parameter.Paths.Select(static path => path.Target).OfType<string>().Distinct().ToList();
        if (targets.Count == 0) targets.AddRange(parameter.Targets.Count > 0 ? parameter.Targets : ParameterSet.Standard.Types);
        if (given is null) return targets;
        return targets.Contains(given)
            ? [given]
            : throw new SearchException(
                "value", name, $"{parameter.Code} does not refer to {given}; it refers to {string.Join(", ", targets)}.");
    }

    /// <summary>Whether it may be a reference to one of the types: those of other servers cannot be told.</summary>
    private static bool MayBeOf(string reference, IReadOnlyList<string> types)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || reference.Contains(':', StringComparison.Ordinal) || types.Contains(reference[..slash]);
    }

    private static bool IsId(string value) =>
        value.Length is > 0 and <= 64 && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
}
