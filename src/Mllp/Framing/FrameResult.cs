namespace CloudPacs.Mllp.Framing;

internal enum FramePhase : byte
{
    /// <summary>Before a start block.</summary>
    Between,

    /// <summary>The input begins with VT.</summary>
    Framed,

    /// <summary>The input begins with MSH and the link allows that.</summary>
    Unframed,

    /// <summary>The input begins with something that is neither padding nor a frame and was not reported yet.</summary>
    Stray,

    /// <summary>The rest of what was reported as stray, up to the next VT.</summary>
    StrayTail,
}

/// <summary>
/// Where the reader stopped, relative to the first byte not consumed; bytes before <paramref name="Scanned"/> are never looked at again.
/// </summary>
/// <param name="Phase">What the input begins with.</param>
/// <param name="Scanned">How many bytes were looked at.</param>
/// <param name="MayBeEnd">FS came and not yet what follows it: when nothing does, the frame has ended.</param>
internal readonly record struct FrameState(FramePhase Phase, int Scanned, bool MayBeEnd = false);

internal enum FrameStatus : byte
{
    /// <summary>Nothing to take yet.</summary>
    NeedMore,

    /// <summary>Bytes without meaning: padding between frames, a doubled start block, the tail of stray bytes.</summary>
    Skipped,

    /// <summary>A whole frame.</summary>
    Frame,

    /// <summary>A whole frame whose end block was not FS CR.</summary>
    FrameWithoutCr,

    /// <summary>A frame was given up by its sender, which started a new one.</summary>
    Truncated,

    /// <summary>The content is larger than the link allows; the payload is its head.</summary>
    TooLarge,

    /// <summary>Bytes without a start block; the payload is their head. Reported once for a run of such bytes.</summary>
    NoStartBlock,
}

/// <summary>One step of <see cref="FrameReader"/>.</summary>
/// <param name="Consumed">Bytes to drop from the input before the next call.</param>
/// <param name="Payload">The part of the input that the status is about.</param>
/// <param name="Next">The state to give to the next call.</param>
internal readonly record struct FrameResult(FrameStatus Status, int Consumed, Range Payload, FrameState Next);
