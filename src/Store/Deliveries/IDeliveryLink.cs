namespace CloudPacs.Store.Deliveries;

/// <summary>The way to one destination, for one delivery at a time.</summary>
public interface IDeliveryLink : IAsyncDisposable
{
    /// <summary>Whether there is a connection; may be asked while an attempt is made.</summary>
    bool IsOpen { get; }

    /// <summary>Makes one attempt. That the destination cannot be reached, refuses, or does not answer is a value.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the delivery may have been received.</exception>
    Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken);

    /// <summary>Nothing is to be sent just now: the destination need not keep anything open.</summary>
    Task RestAsync();
}

/// <summary>How far an attempt came.</summary>
public enum Reach
{
    /// <summary>Nothing was sent: the destination is away.</summary>
    NotConnected,

    /// <summary>It may have been received; the connection ended before an answer.</summary>
    Ended,

    /// <summary>It may have been received, and no answer came in time.</summary>
    Unanswered,
    Answered,

    /// <summary>Nothing was sent: it can never be.</summary>
    NotSendable,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Verdict">What it means for the delivery.</param>
/// <param name="Reach">How far it came.</param>
/// <param name="Answer">What the destination said.</param>
public readonly record struct Attempt(Verdict Verdict, Reach Reach, ReadOnlyMemory<byte> Answer = default);

/// <summary>What an answer to a delivery, or its absence, means for it.</summary>
/// <param name="State">Waiting = it is sent again.</param>
/// <param name="Error">Why it was not accepted; nothing of patients.</param>
public readonly record struct Verdict(DeliveryState State, string? Error)
{
    private const int MaxError = 200;

    /// <summary>As it may stand in a column and in a log, whoever wrote it: printable ASCII, and not much of it.</summary>
    public static string Plain(string text) =>
        new([.. text.Take(MaxError).Select(static character => character is >= ' ' and <= '~' ? character : '?')]);
}
