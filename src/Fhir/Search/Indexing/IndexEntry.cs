using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>All that a resource can be found by.</summary>
public sealed class IndexEntry
{
    /// <summary>Key of the resource itself, by which references to it are told.</summary>
    public required long Self { get; init; }

    /// <summary>Keys of values that are compared for equality, sorted, each once.</summary>
    public required long[] Keys { get; init; }

    /// <summary>Places that have a value, sorted, each once.</summary>
    public required int[] Present { get; init; }

    /// <summary>Times by place.</summary>
    public required (long Place, DateInterval Time)[] Dates { get; init; }

    /// <summary>Texts as they are compared, each with its key, which is one of <see cref="Keys"/>; those that were not known.</summary>
    public required (long Key, long Place, string Text)[] Texts { get; init; }

    /// <summary>Numbers by place, from the least to the greatest that the element has.</summary>
    public required (long Place, decimal Low, decimal High)[] Numbers { get; init; }

    /// <summary>The resource has more than it is indexed by: the rest is not here.</summary>
    public bool IsCut { get; init; }
}
