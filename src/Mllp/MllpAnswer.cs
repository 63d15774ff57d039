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

/// <summary>The outcome of a send, after all attempts.</summary>
/// <param name="Payload">Content of the answer; empty unless one was awaited and came.</param>
/// <param name="Attempts">How often it was tried; from the second on, the peer may have the message twice.</param>
/// <param name="Problem">What to tell a person; null when answered. Holds nothing of the message.</param>
public sealed record MllpAnswer(MllpAnswerStatus Status, ReadOnlyMemory<byte> Payload, int Attempts, string? Problem)
{
    public bool IsAnswered => Status == MllpAnswerStatus.Answered;
}
