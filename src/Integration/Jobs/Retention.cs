using CloudPacs.Integration.Settings;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Jobs;

/// <summary>The care of what is kept for a time: partitions are made ahead and dropped after their time, old identities are forgotten.</summary>
internal sealed class Retention(Partitions partitions, Pruning pruning, DatabaseSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan CancelsKept = TimeSpan.FromDays(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await partitions.EnsureAsync(monthsAhead: 2, cancellationToken);
        if (settings.KeepMessages > TimeSpan.Zero) await partitions.DropBeforeAsync("message_journal", now - settings.KeepMessages, cancellationToken);
        if (settings.KeepAudit > TimeSpan.Zero) await partitions.DropBeforeAsync("audit_event", now - settings.KeepAudit, cancellationToken);
        await pruning.ForgetMessagesAsync(now - DatabaseSettings.IdentitiesKept, cancellationToken);
        await pruning.ForgetCancelsAsync(now - CancelsKept, cancellationToken);
    }
}
