namespace CloudPacs.DicomWeb.Multipart;

/// <summary>
/// What a multipart body may hold. How long all of it may be, and how long a caller may be silent, is for the server to limit.
/// </summary>
public sealed record MultipartLimits
{
    public static MultipartLimits Default { get; } = new();

    public int MaxParts { get; init; } = 100_000;

    /// <summary>The headers of one part, in bytes.</summary>
    public int MaxHeaderBytes { get; init; } = 8 * 1024;

    /// <summary>What may stand before the first boundary, in bytes.</summary>
    public int MaxPreambleBytes { get; init; } = 64 * 1024;

    /// <summary>How much is read at a time, in bytes.</summary>
    public int BufferBytes { get; init; } = 128 * 1024;
}
