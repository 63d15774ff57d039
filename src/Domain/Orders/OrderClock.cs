using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Commands in the order in which they were meant: the times at which they were asked are compared when both have one, else those at which
/// they were sent; the two are never mixed. Equal is not older. Commands that are given together do not make each other stale. A time that
/// has not come yet is a clock that is wrong, or the time of something else: it would make every later command stale, so that of receipt
/// stands for it.
/// </summary>
internal sealed class OrderClock(CommandRun run)
{
    private readonly Dictionary<Guid, (DateTimeOffset? Transaction, DateTimeOffset? Message)> _before = [];

    private DateTimeOffset? SentAt => run.Context.Past(run.Context.SentAt);

    public bool IsStale(OrderRow order, DateTimeOffset? transactionTime)
    {
        if (!run.Policy.ChecksAge) return false;
        var (lastTransaction, lastMessage) = _before.TryGetValue(order.Id, out var last)
            ? last
            : (order.LastTransactionTime, order.LastMessageTime);
        return Compare(run.Context.Past(transactionTime), SentAt, lastTransaction, lastMessage) < 0;
    }

    /// <summary>Remembers the command as the last one applied to the order.</summary>
    public void Record(OrderRow order, DateTimeOffset? transactionTime)
    {
        var (asked, sent) = (run.Context.Past(transactionTime), SentAt);
        if (asked is null && sent is null) return;
        var isFirst = _before.TryAdd(order.Id, (order.LastTransactionTime, order.LastMessageTime));
        // Of several commands that are given together the latest time counts.
        if (!isFirst && order.LastMessageTime == sent && order.LastTransactionTime > asked) asked = order.LastTransactionTime;
        if (order.LastTransactionTime == asked && order.LastMessageTime == sent) return;
        order.LastTransactionTime = asked;
        order.LastMessageTime = sent;
        order.Touch();
    }

    /// <summary>
    /// Whether a cancel that came before its order closes it: not when it was forgotten, and not when the order is later.
    /// </summary>
    public bool Applies(RememberedCancel cancel, DateTimeOffset? transactionTime) =>
        run.Context.ReceivedAt - cancel.ReceivedAt <= run.Policy.CancelsWait
        && !(Compare(run.Context.Past(transactionTime), SentAt, cancel.TransactionTime, cancel.MessageTime) > 0);

    /// <summary>Whether a time that counts lies in the future; that it does is worth telling where ages are compared.</summary>
    public bool IsAhead(DateTimeOffset? time) => run.Policy.ChecksAge && run.Context.IsAhead(time);

    /// <summary>Null when there is nothing of one kind to compare.</summary>
    private static int? Compare(
        DateTimeOffset? transaction, DateTimeOffset? message, DateTimeOffset? otherTransaction, DateTimeOffset? otherMessage)
    {
        if (transaction is { } own && otherTransaction is { } other) return own.CompareTo(other);
        return message is { } sent && otherMessage is { } otherSent ? sent.CompareTo(otherSent) : null;
    }
}
