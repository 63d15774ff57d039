namespace CloudPacs.Mllp;

/// <summary>What went wrong with the bytes of a connection.</summary>
public enum MllpFaultKind
{
    /// <summary>The sender began a new frame before the old one ended; the connection goes on.</summary>
    TruncatedFrame,

    /// <summary>The content is larger than the link allows; the connection is closed after the answer.</summary>
    Oversize,

    /// <summary>Bytes that belong to no frame; the connection goes on, unless they can only be another protocol's.</summary>
    NoStartBlock,

    /// <summary>More bytes between frames than the link allows; the connection is closed after the answer.</summary>
    TooMuchBetweenFrames,

    /// <summary>No byte came for too long inside a frame; the connection is closed after the answer.</summary>
    HalfFrameTimeout,

    /// <summary>The peer closed the connection inside a frame; no answer is possible.</summary>
    ClosedInFrame,

    /// <summary>The connection broke inside a frame; no answer is possible.</summary>
    ResetInFrame,

    /// <summary>The listener's memory for unfinished frames stayed used up; the connection is closed after the answer.</summary>
    Overloaded,
}
