namespace CloudPacs.Mllp;

/// <summary>Bytes that did not become a frame, and why.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Kept">The first bytes of it, without a start block; at most <see cref="MllpListenerOptions.FaultBytesKept"/>, for bytes
/// without a start block 64, or 4096 when they begin with MSH.</param>
/// <param name="TotalBytes">How many there were; more than were kept, if it was too much.</param>
/// <param name="LimitBytes">The limit that was passed, for the kinds that have one; else 0.</param>
public sealed record MllpFault(MllpFaultKind Kind, ReadOnlyMemory<byte> Kept, long TotalBytes, long LimitBytes)
{
    /// <summary>A stable name for logs, metrics and dead letters, such as <c>truncated_frame</c>.</summary>
    public string Code => Kind switch
    {
        MllpFaultKind.TruncatedFrame => "truncated_frame",
        MllpFaultKind.Oversize => "oversize",
        MllpFaultKind.NoStartBlock => "no_start_block",
        MllpFaultKind.TooMuchBetweenFrames => "too_much_between_frames",
        MllpFaultKind.HalfFrameTimeout => "half_frame_timeout",
        MllpFaultKind.ClosedInFrame => "closed_in_frame",
        MllpFaultKind.ResetInFrame => "reset_in_frame",
        _ => "overloaded",
    };

    /// <summary>False when the peer is gone or will not read.</summary>
    public bool CanAnswer => Kind is not (MllpFaultKind.ClosedInFrame or MllpFaultKind.ResetInFrame);

    /// <summary>True when the connection continues after it.</summary>
    internal bool GoesOn => Kind is MllpFaultKind.TruncatedFrame or MllpFaultKind.NoStartBlock;
}
