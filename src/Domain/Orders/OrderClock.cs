using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Message order (mapping reference a.9): ORC-9 is compared with ORC-9 when both messages have it, else MSH-7 with MSH-7; the two are never
/// mixed. Equal is not older. The groups of one message do not make each other stale.
/// </summary>
internal sealed class OrderClock(MessageRun run)
{
    private readonly Dictionary<Guid, (DateTimeOffset? Transaction, DateTimeOffset? Message)> before = [];

    public bool IsStale(OrderRow order, DateTimeOffset? transactionTime)
    {
        if (!run.Policy.StaleCheck) return false;
        var (lastTransaction, lastMessage) = before.TryGetValue(order.Id, out var last) ? last : (order.LastTransactionTime, order.LastMessageTime);
        return Compare(transactionTime, run.Facts.MessageTime, lastTransaction, lastMessage) < 0;
    }

    /// <summary>Remembers the message as the last one applied to the order.</summary>
    public void Record(OrderRow order, DateTimeOffset? transactionTime)
    {
        if (transactionTime is null && run.Facts.MessageTime is null) return;
        var isFirst = before.TryAdd(order.Id, (order.LastTransactionTime, order.LastMessageTime));
        // Of several groups of this message the latest time counts.
        var latest = !isFirst && order.LastMessageTime == run.Facts.MessageTime && order.LastTransactionTime > transactionTime
            ? order.LastTransactionTime : transactionTime;
        if (order.LastTransactionTime == latest && order.LastMessageTime == run.Facts.MessageTime) return;
        order.LastTransactionTime = latest;
        order.LastMessageTime = run.Facts.MessageTime;
        order.Touch();
    }

    /// <summary>Whether a cancel that came before its order closes it: not when it was forgotten, and not when the order is later.</summary>
    public bool Applies(RememberedCancel cancel, DateTimeOffset? transactionTime) =>
        run.Facts.ReceivedAt - cancel.ReceivedAt <= run.Policy.RememberedCancel
        && !(Compare(transactionTime, run.Facts.MessageTime, cancel.TransactionTime, cancel.MessageTime) > 0);

    /// <summary>Null when there is nothing of one kind to compare.</summary>
    private static int? Compare(DateTimeOffset? transaction, DateTimeOffset? message, DateTimeOffset? otherTransaction, DateTimeOffset? otherMessage)
    {
        if (transaction is { } own && otherTransaction is { } other) return own.CompareTo(other);
        return message is { } sent && otherMessage is { } otherSent ? sent.CompareTo(otherSent) : null;
    }
}
