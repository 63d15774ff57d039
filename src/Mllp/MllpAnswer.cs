namespace CloudPacs.Mllp;

/// <summary>The outcome of a send, after all attempts.</summary>
/// <param name="Payload">Content of the answer; empty unless one was awaited and came.</param>
/// <param name="Attempts">How often it was tried; from the second on, the peer may have the message twice.</param>
/// <param name="Problem">What to tell a person; null when answered. Holds nothing of the message.</param>
public sealed record MllpAnswer(MllpAnswerStatus Status, ReadOnlyMemory<byte> Payload, int Attempts, string? Problem)
{
    public bool IsAnswered => Status == MllpAnswerStatus.Answered;
}
