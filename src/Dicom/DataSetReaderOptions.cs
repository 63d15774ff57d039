namespace CloudPacs.Dicom;

/// <summary>Limits and choices for reading a data set.</summary>
public sealed record DataSetReaderOptions
{
    public static DataSetReaderOptions Standard { get; } = new();

    /// <summary>Reading ends without error before the first top-level element with this tag or a higher one.</summary>
    public Tag? StopBefore { get; init; }

    /// <summary>How deep sequences may be nested.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Elements and items of all levels together.</summary>
    public int MaxElements { get; init; } = 200_000;

    /// <summary>Size of a deflated data set once inflated.</summary>
    public int MaxInflatedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What text is in where (0008,0005) does not say: the standard means ASCII, sites may know better.</summary>
    public SpecificCharacterSet UndeclaredCharacterSet { get; init; } = SpecificCharacterSet.Default;

    /// <summary>Called with each departure from the standard that was read anyway.</summary>
    public Action<string>? Warn { get; init; }
}
