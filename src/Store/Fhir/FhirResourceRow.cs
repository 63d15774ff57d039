using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Fhir;

/// <summary>One version of a FHIR resource, ready to send; immutable, a change is a new row with the next version.</summary>
public sealed record FhirResourceRow
{
    public required string Type { get; init; }

    /// <summary>Logical id; for what the domain manages it is the id of its row in lower-case hex with dashes.</summary>
    public required string Id { get; init; }

    /// <summary>meta.versionId: 1 for a new resource, then one more each time.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset LastUpdated { get; init; }

    /// <summary>The resource as JSON, UTF-8, with meta.versionId and meta.lastUpdated; empty when <see cref="Deleted"/>.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>What former versions of the program kept beside a resource to find list items again; empty since items have ids.</summary>
    public string Slots { get; init; } = "";

    public bool Deleted { get; init; }

    /// <summary>The shown instances of a study where they were read with it, in the order in which they came.</summary>
    public IReadOnlyList<ShownInstance> Instances { get; init; } = [];
}
