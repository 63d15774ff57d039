using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Commands in the order in which they were meant: the times at which they were asked are compared when both have one, else those at which
/// they were sent; the two are never mixed. Equal is not older. Commands that are given together do not make each other stale.
/// </summary>
internal sealed class OrderClock(CommandRun run)
{
    private readonly Dictionary<Guid, (DateTimeOffset? Transaction, DateTimeOffset? Message)> _before = [];

    public bool IsStale(OrderRow order, DateTimeOffset? transactionTime)
    {
        if (!run.Policy.ChecksAge) return false;
        var (lastTransaction, lastMessage) = _before.TryGetValue(order.Id, out var last)
            ? last
            : (order.LastTransactionTime, order.LastMessageTime);
        return Compare(transactionTime, run.Context.SentAt, lastTransaction, lastMessage) < 0;
    }

    /// <summary>Remembers the command as the last one applied to the order.</summary>
    public void Record(OrderRow order, DateTimeOffset? transactionTime)
    {
        if (transactionTime is null && run.Context.SentAt is null) return;
        var isFirst = _before.TryAdd(order.Id, (order.LastTransactionTime, order.LastMessageTime));
        // Of several commands that are given together the latest time counts.
        var latest = !isFirst && order.LastMessageTime == run.Context.SentAt && order.LastTransactionTime > transactionTime
            ? order.LastTransactionTime : transactionTime;
        if (order.LastTransactionTime == latest && order.LastMessageTime == run.Context.SentAt) return;
        order.LastTransactionTime = latest;
        order.LastMessageTime = run.Context.SentAt;
        order.Touch();
    }

    /// <summary>
    /// Whether a cancel that came before its order closes it: not when it was forgotten, and not when the order is later.
    /// </summary>
    public bool Applies(RememberedCancel cancel, DateTimeOffset? transactionTime) =>
        run.Context.ReceivedAt - cancel.ReceivedAt <= run.Policy.CancelsWait
        && !(Compare(transactionTime, run.Context.SentAt, cancel.TransactionTime, cancel.MessageTime) > 0);

    /// <summary>Null when there is nothing of one kind to compare.</summary>
    private static int? Compare(
        DateTimeOffset? transaction, DateTimeOffset? message, DateTimeOffset? otherTransaction, DateTimeOffset? otherMessage)
    {
        if (transaction is { } own && otherTransaction is { } other) return own.CompareTo(other);
        return message is { } sent && otherMessage is { } otherSent ? sent.CompareTo(otherSent) : null;
    }
}
