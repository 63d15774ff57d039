using CloudPacs.Store.Fhir;

namespace CloudPacs.Store.Search;

/// <summary>Tells what a resource is found by.</summary>
public interface IResourceIndex
{
    /// <summary>Names the way in which values are made of resources: what was made in another way is made anew.</summary>
    string Way { get; }

    /// <summary>Of which revision the parameters of the site are by which values are made.</summary>
    long Revision { get; }

    /// <summary>The parameters of the site from now on, unless later ones are known.</summary>
    void Take(ParametersInForce parameters);

    /// <summary>Whether resources of a type define what resources are found by.</summary>
    bool Defines(string type);

    /// <summary>The values of a version; null when resources of its type are not searched.</summary>
    IndexRow? Of(FhirResourceRow version);

    /// <summary>The same, also with the texts that are remembered.</summary>
    IndexRow? WholeOf(FhirResourceRow version);

    /// <summary>Texts with these keys are in the database and need not be given again.</summary>
    void Remember(IEnumerable<long> texts);
}

/// <summary>All that a resource is found by: keys of values and places, times, texts and numbers; their meaning is the indexer's.</summary>
public sealed record IndexRow
{
    /// <summary>Key of the resource itself.</summary>
    public required long Self { get; init; }

    /// <summary>Keys of values, sorted, each once.</summary>
    public required long[] Keys { get; init; }

    /// <summary>Places that have a value, sorted, each once.</summary>
    public required int[] Present { get; init; }

    /// <summary>Times from the first moment to that after the last, UTC; the least and greatest there are for no end.</summary>
    public IReadOnlyList<(long Place, DateTime Low, DateTime High)> Dates { get; init; } = [];

    /// <summary>
    /// Texts as they are compared, each with its key, which is one of <see cref="Keys"/>; those that are remembered are left out.
    /// </summary>
    public IReadOnlyList<(long Key, long Place, string Text)> Texts { get; init; } = [];

    public IReadOnlyList<(long Place, decimal Low, decimal High)> Quantities { get; init; } = [];

    /// <summary>Whether the row itself, without times and numbers, is the same.</summary>
    public bool HasSameKeys(IndexRow other) => Keys.AsSpan().SequenceEqual(other.Keys) && Present.AsSpan().SequenceEqual(other.Present);
}
