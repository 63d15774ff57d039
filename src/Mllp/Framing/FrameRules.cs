namespace CloudPacs.Mllp.Framing;

/// <summary>What a link allows in its frames.</summary>
/// <param name="MaxBytes">Largest content of one frame in bytes, without the start and end blocks.</param>
/// <param name="AllowUnframed">Content that begins with MSH but lacks the start block is taken as a frame.</param>
/// <param name="OnlyEndBlockEnds">
/// For encodings whose characters can hold the bytes VT and FS (UTF-16, UTF-32): only FS CR has a meaning inside a frame.
/// </param>
internal readonly record struct FrameRules(int MaxBytes, bool AllowUnframed = false, bool OnlyEndBlockEnds = false)
{
    /// <summary>How much of the bytes that have no start block is kept to look at.</summary>
    public const int StrayBytesKept = 64;

    /// <summary>The same when they begin as a message does; less than the smallest buffer.</summary>
    public const int UnframedBytesKept = 4096;
}
