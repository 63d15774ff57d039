namespace CloudPacs.Store.Messages;

/// <summary>How far a sender is with its sequence numbers (HL7 v2.5.1 2.10.1).</summary>
public sealed class SequenceRow(SequenceKey key) : Row(key.Id)
{
    public SequenceKey Key { get; } = key;

    /// <summary>MSH-13 that the next message must have; null: the first positive one that comes is taken.</summary>
    public long? Expected { get; set; }

    /// <summary>MSH-10 of the message that had the number before <see cref="Expected"/>.</summary>
    public string? LastControlId { get; set; }

    /// <summary>What that message was answered; empty when its sender asked for no answer.</summary>
    public ReadOnlyMemory<byte> LastAnswer { get; set; }

    private protected override Action CaptureValues()
    {
        var (expected, controlId, answer) = (Expected, LastControlId, LastAnswer);
        return () => (Expected, LastControlId, LastAnswer) = (expected, controlId, answer);
    }
}
