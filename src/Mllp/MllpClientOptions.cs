namespace CloudPacs.Mllp;

/// <summary>Settings of one destination.</summary>
public sealed class MllpClientOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Null for plain TCP.</summary>
    public MllpClientTls? Tls { get; init; }

    /// <summary>For the TCP connection and the TLS handshake together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the message to its answer, the sending included.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often one message is tried before its send ends without an answer; the messages after it wait meanwhile.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Pause after the first failure; it doubles with each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest answer.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>MLLP release 2: the message must be committed before its answer, and the answer is committed by us.</summary>
    public bool Release2 { get; init; }

    /// <summary>Release 2: how long the peer may take to commit.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Release 2: how often a message that the peer refused to store is offered again on the same connection.</summary>
    public int CommitRetries { get; init; } = 2;

    /// <summary>Called with content that is not the expected answer, such as a late one. Must not throw.</summary>
    public Action<ReadOnlyMemory<byte>>? OnUnexpected { get; init; }
}
