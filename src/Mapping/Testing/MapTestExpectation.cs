namespace CloudPacs.Mapping.Testing;

/// <summary>What a test compares; a part that is null is not looked at.</summary>
internal sealed record MapTestExpectation
{
    /// <summary>What <see cref="Out"/> calls the ids of all segments, in order.</summary>
    public const string Segments = "segments";

    /// <summary>The worklist entries in order, each with the paths that are compared.</summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>>? Mwl { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Fhir { get; init; }

    /// <summary>
    /// Outgoing messages, <c>SEG-f.c</c> to value. Of a destination: all that it is told of the message, or of the last report.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>>? Out { get; init; }

    /// <summary>MSA-1.</summary>
    public string? Ack { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorLocation { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Most keys that tables may lack.</summary>
    public int? MaxUnmapped { get; init; }
}
