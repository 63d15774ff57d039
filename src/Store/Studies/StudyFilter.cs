namespace CloudPacs.Store.Studies;

/// <summary>What is looked for, as far as an index can tell; whoever asks compares the rest. Null or empty = not asked.</summary>
public sealed record StudyFilter
{
    public IReadOnlyList<string> StudyInstanceUids { get; init; } = [];

    public IReadOnlyList<string> SeriesInstanceUids { get; init; } = [];

    public IReadOnlyList<string> SopInstanceUids { get; init; } = [];

    /// <summary>An id of the patient, also one that a merge retired, or one that the images show.</summary>
    public string? PatientId { get; init; }

    /// <summary>An accession, placer or filler number.</summary>
    public string? Number { get; init; }

    /// <summary>Beginning of the name of the patient, in the form in which names compare.</summary>
    public string? NamePrefix { get; init; }

    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    /// <summary>One of the series has one of these modalities.</summary>
    public IReadOnlyList<string> Modalities { get; init; } = [];

    /// <summary>What is known by others than the images is to be found too (<see cref="StoredStudy.Known"/>).</summary>
    public bool WithKnown { get; init; }

    /// <summary>
    /// Facility of who asks, which sees its own studies and those of none; null sees all, an empty one those of none alone.
    /// </summary>
    public string? Facility { get; init; }
}
