namespace CloudPacs.Store.Fhir;

/// <summary>Which versions of resources are wanted.</summary>
/// <param name="Types">Of these types.</param>
public sealed record FhirVersions(IReadOnlyList<string> Types)
{
    /// <summary>Of one resource; null for all.</summary>
    public string? Id { get; init; }

    /// <summary>Made at that time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Current at some time of a span, of which the end is not part.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? At { get; init; }

    /// <summary>Facility of the caller, who does not get an ImagingStudy of another one; null for all.</summary>
    public string? Facility { get; init; }

    /// <summary>Counts the bytes that are read; null where nobody does.</summary>
    public ContentHold? Hold { get; init; }
}

/// <summary>The place of a version among others, the newest first; a page begins behind it.</summary>
public sealed record FhirVersionPosition(DateTimeOffset LastUpdated, string Type, string Id, int Version);
