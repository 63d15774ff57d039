namespace CloudPacs.Mllp;

/// <summary>How a send ended.</summary>
public enum MllpAnswerStatus
{
    /// <summary>The answer came; or, when none is awaited, the message was sent (release 2: committed).</summary>
    Answered,

    /// <summary>No connection or no TLS session; the message was not sent.</summary>
    NotConnected,

    /// <summary>The message may have been received, but no answer came in time.</summary>
    TimedOut,

    /// <summary>The connection ended before the answer; the message may have been received.</summary>
    ConnectionLost,

    /// <summary>Release 2: the peer refused to store the message, as often as it was offered.</summary>
    NotCommitted,
}
