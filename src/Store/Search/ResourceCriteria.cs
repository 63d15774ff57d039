using CloudPacs.Store.Fhir;

namespace CloudPacs.Store.Search;

/// <summary>
/// What a resource must be that a change is about without naming it. Changes with the same criteria, or with criteria that have an
/// identifier in common, are done one after the other, also those of several engines; so are the writes of resources with such an
/// identifier.
/// </summary>
public sealed class ResourceCriteria : IEquatable<ResourceCriteria>
{
    /// <summary>So many more are read, as changes of the same transaction may have made some of them others.</summary>
    private const int Spare = 8;

    public required string Type { get; init; }

    /// <summary>All of them must be met; each can be told from the resource alone (<see cref="ConditionMatch.CanTell"/>).</summary>
    public required IReadOnlyList<SearchCondition> Conditions { get; init; }

    /// <summary>The criteria as a text, which is the same for the same criteria.</summary>
    public required string Text { get; init; }

    /// <summary>Values of the identifiers that a resource must have one of; empty when it needs none.</summary>
    public required IReadOnlyList<string> Identifiers { get; init; }

    /// <summary>Of which facility the caller is, who does not see studies of others; null for one who sees all.</summary>
    public string? Facility { get; init; }

    /// <summary>Conditions among them that the caller adds, who sees no more than meets them; none for one who sees all.</summary>
    public IReadOnlyList<SearchCondition> Limits { get; private init; } = [];

    /// <summary>More matches than this are not told apart.</summary>
    public required int Limit { get; init; }

    /// <summary>The same for a caller who sees no more than what meets these conditions too.</summary>
    public ResourceCriteria For(IReadOnlyList<SearchCondition> limits) => new()
    {
        Type = Type, Conditions = [.. Conditions, .. limits], Text = Text, Identifiers = Identifiers, Facility = Facility, Limit = Limit,
        Limits = limits,
    };

    internal int ReadLimit => Limit + Spare;

    /// <summary>What is locked while the criteria are looked for.</summary>
    internal IEnumerable<string> Locks => Identifiers.Count > 0
        ? Identifiers.Select(value => IdentifierLock(Type, value))
        : [$"cri:{Type}?{Text}"];

    internal static string IdentifierLock(string type, string value) => $"idn:{type}|{value}";

    public bool Equals(ResourceCriteria? other) =>
        other is not null && other.Type == Type && other.Text == Text && other.Facility == Facility && other.Limit == Limit
        && (ReferenceEquals(other.Limits, Limits) || (other.Limits.Count == 0 && Limits.Count == 0));

    public override bool Equals(object? obj) => Equals(obj as ResourceCriteria);

    public override int GetHashCode() => HashCode.Combine(Type, Text, Facility, Limit);
}

/// <summary>The resources that meet criteria.</summary>
/// <param name="Rows">Their current versions.</param>
/// <param name="IsUnsure">So many of those that were found do not meet them any more that there may be others.</param>
public sealed record ResourceMatches(IReadOnlyList<FhirResourceRow> Rows, bool IsUnsure);
