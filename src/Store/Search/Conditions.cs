namespace CloudPacs.Store.Search;

/// <summary>What a resource must be to be found, in the terms of the index.</summary>
public abstract record SearchCondition;

/// <summary>It has one of some keys.</summary>
public sealed record KeyCondition(params IReadOnlyList<long> AnyOf) : SearchCondition;

/// <summary>It is one of some resources, by their own keys.</summary>
public sealed record SelfCondition(params IReadOnlyList<long> AnyOf) : SearchCondition;

/// <summary>One of some places has a value.</summary>
public sealed record PresenceCondition(params IReadOnlyList<int> AnyOf) : SearchCondition;

/// <summary>A condition that it must not meet.</summary>
public sealed record NotCondition(SearchCondition Condition) : SearchCondition;

/// <summary>It meets one of some conditions.</summary>
public sealed record EitherCondition(params IReadOnlyList<SearchCondition> AnyOf) : SearchCondition;

/// <summary>How a value is compared with that of a search (FHIR R4 search.html 3.1.1.4.5, the prefixes).</summary>
public enum Comparison
{
    /// <summary>Inside the searched one.</summary>
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    StartsAfter,
    EndsBefore,

    /// <summary>They meet; the searched one has been widened.</summary>
    Overlaps,
}

/// <summary>A time in one of some places compares so with a time.</summary>
/// <param name="Places">Where.</param>
/// <param name="Comparison">How.</param>
/// <param name="Low">The first moment of the searched time, UTC.</param>
/// <param name="High">The first moment after it.</param>
public sealed record DateCondition(IReadOnlyList<long> Places, Comparison Comparison, DateTime Low, DateTime High) : SearchCondition;

/// <summary>The time of its last change compares so with a time.</summary>
public sealed record ChangedCondition(Comparison Comparison, DateTime Low, DateTime High) : SearchCondition;

/// <summary>A number in one of some places compares so with a number.</summary>
/// <param name="Places">Where.</param>
/// <param name="Comparison">How.</param>
/// <param name="Value">The searched number.</param>
/// <param name="Low">The least number that is written so.</param>
/// <param name="High">The least number above it that is not.</param>
public sealed record QuantityCondition(IReadOnlyList<long> Places, Comparison Comparison, decimal Value, decimal Low, decimal High)
    : SearchCondition;

/// <summary>A text in one of some places begins so, or has this in it.</summary>
public sealed record TextCondition(IReadOnlyList<long> Places, string Text, bool Anywhere = false) : SearchCondition;

/// <summary>It refers, from one of some places, to a resource that meets conditions (a chain).</summary>
/// <param name="Places">Where the reference stands.</param>
/// <param name="TargetType">The type that is referred to.</param>
/// <param name="Target">What that resource must be.</param>
public sealed record RefersToCondition(IReadOnlyList<long> Places, string TargetType, IReadOnlyList<SearchCondition> Target)
    : SearchCondition;

/// <summary>A resource that meets conditions refers to it (a reverse chain).</summary>
/// <param name="SourceType">The type that refers.</param>
/// <param name="Places">Where the reference stands in it.</param>
/// <param name="Source">What that resource must be.</param>
public sealed record ReferredByCondition(string SourceType, IReadOnlyList<long> Places, IReadOnlyList<SearchCondition> Source)
    : SearchCondition;

/// <summary>A study that has shown instances of these, or any where nothing is named.</summary>
public sealed record InstanceCondition(IReadOnlyList<string> SopInstanceUids, IReadOnlyList<string> SopClassUids) : SearchCondition;
