using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>The way to one destination, for one delivery at a time.</summary>
internal interface IDeliveryLink : IAsyncDisposable
{
    /// <summary>Makes one attempt. That the destination cannot be reached, refuses, or does not answer is a value.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the delivery may have been received.</exception>
    Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken);

    /// <summary>Nothing is to be sent just now: the destination need not keep anything open.</summary>
    ValueTask RestAsync();
}

/// <summary>How far an attempt came.</summary>
internal enum Reach
{
    /// <summary>Nothing was sent: the destination is away.</summary>
    NotConnected,

    /// <summary>It may have been received, and no answer came.</summary>
    Unanswered,
    Answered,

    /// <summary>Nothing was sent: it can never be.</summary>
    NotSendable,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Verdict">What it means for the delivery.</param>
/// <param name="Reach">How far it came.</param>
/// <param name="Answer">What the destination said.</param>
internal readonly record struct Attempt(Verdict Verdict, Reach Reach, ReadOnlyMemory<byte> Answer = default);
