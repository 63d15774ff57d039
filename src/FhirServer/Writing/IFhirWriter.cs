using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Writing;

/// <summary>Where resources are written.</summary>
public interface IFhirWriter
{
    /// <summary>The id of a new resource.</summary>
    string NewId();

    /// <summary>
    /// Decides the writes in their order, over what is stored, and makes them durable: all of them, or none when one is refused.
    /// </summary>
    /// <returns>
    /// The outcomes in the same order, up to the first one that is refused; null when the database is away, and nothing is known to be
    /// changed.
    /// </returns>
    Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken);
}

/// <summary>Writes that hold together.</summary>
/// <param name="Writes">Each of another resource.</param>
/// <param name="Source">Network address that they came from.</param>
public sealed record FhirWrites(IReadOnlyList<FhirWrite> Writes, string Source)
{
    /// <summary>References in what is written to resources that are known when everything is written.</summary>
    public IReadOnlyList<ConditionalReference> References { get; init; } = [];

    /// <summary>They come with the program, whose own definitions no client changes.</summary>
    public bool AreOfProgram { get; init; }

    /// <summary>
    /// Tells whether the caller may do something (one of <c>cruds</c>) with a version; null where it may do it with all of them.
    /// </summary>
    public Func<char, FhirResourceRow, bool>? Admits { get; init; }

    /// <summary>Who writes, for the audit trail; null where nobody is asked.</summary>
    public string? Writer { get; init; }

    /// <summary>Of which facility the caller is; null when callers are not told apart.</summary>
    public string? Facility { get; init; }
}
