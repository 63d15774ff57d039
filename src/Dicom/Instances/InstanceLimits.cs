namespace CloudPacs.Dicom;

/// <summary>Limits and choices for a data set that is read as it passes.</summary>
public sealed record InstanceLimits
{
    public static InstanceLimits Standard { get; } = new();

    /// <summary>How deep sequences may be nested.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Most bytes of all indexed attributes together.</summary>
    public int MaxIndexBytes { get; init; } = 512 * 1024;

    /// <summary>Most fragments of compressed pixel data; they take about four bytes each until the end.</summary>
    public int MaxFragments { get; init; } = 1_000_000;

    /// <summary>Size of a deflated data set once inflated.</summary>
    public long MaxInflatedBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How many times larger a deflated data set may become, beyond its first MiB.</summary>
    public int MaxInflationRatio { get; init; } = 1000;

    /// <summary>
    /// How many elements and items a deflated data set may have beyond one for each eight bytes that it takes deflated: others take eight
    /// bytes each as it is, and a few of nothing but zeros would be hours of work.
    /// </summary>
    public int MaxInflatedElements { get; init; } = 500_000;

    /// <summary>What text is in where (0008,0005) does not say.</summary>
    public SpecificCharacterSet UndeclaredCharacterSet { get; init; } = SpecificCharacterSet.Default;
}
