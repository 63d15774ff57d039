using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>A search as it is done (FHIR R4 search.html).</summary>
public sealed record SearchQuery
{
    public required string Type { get; init; }

    /// <summary>Address of the search below the base.</summary>
    public required string Path { get; init; }

    /// <summary>What matches must be.</summary>
    public required IReadOnlyList<SearchCondition> Conditions { get; init; }

    public required IReadOnlyList<SearchOrder> Order { get; init; }

    /// <summary>Resources that are given beside the matches.</summary>
    public required IReadOnlyList<Inclusion> Inclusions { get; init; }

    /// <summary>The most matches of a page; 0 for the number alone.</summary>
    public required int Count { get; init; }

    public required TotalMode Total { get; init; }

    /// <summary>Where the page begins; null for the first one.</summary>
    public required SearchPosition? After { get; init; }

    /// <summary>The parameters that were applied, for the links.</summary>
    public required IReadOnlyList<GivenParameter> Applied { get; init; }

    /// <summary>What was given and is not done, in words.</summary>
    public required IReadOnlyList<FhirIssue> Warnings { get; init; }
}

/// <summary>How the number of matches is told (<c>_total</c>).</summary>
public enum TotalMode
{
    /// <summary>When it costs little.</summary>
    Cheap,
    None,
    Accurate,
}

/// <summary>Resources beside the matches (FHIR R4 search.html 3.1.1.5.3).</summary>
/// <param name="SourceType">The type whose resources refer.</param>
/// <param name="Places">Keys of the places where the references stand.</param>
/// <param name="TargetType">The type that is referred to; null for all.</param>
/// <param name="IsReverse">The resources that refer to matches, instead of those that matches refer to.</param>
/// <param name="Iterates">Also of the included ones.</param>
public sealed record Inclusion(string SourceType, IReadOnlyList<long> Places, string? TargetType, bool IsReverse, bool Iterates);
