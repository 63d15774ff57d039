using CloudPacs.Settings;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Sealing;
using Npgsql;

namespace CloudPacs.Integration.Jobs;

/// <summary>The care of what is kept for a time: partitions are made ahead and dropped after their time, old identities are
/// forgotten, blobs without a message or report removed.</summary>
internal sealed class Retention(
    NpgsqlDataSource database, AuditSealer sealer, LargeMessages large, ReportDocuments documents, DatabaseSettings settings,
    OutboundSettings outbound, TimeProvider clock)
{
    private static readonly TimeSpan CancelsKept = TimeSpan.FromDays(2);

    /// <summary>Longer than a transaction lasts: until then a blob may belong to a row that is not committed yet.</summary>
    private static readonly TimeSpan BlobsLeftAlone = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (partitions, pruning) = (new Partitions(database, clock), new Pruning(database));
        var now = clock.GetUtcNow();
        await partitions.EnsureAsync(monthsAhead: 2, cancellationToken);
        if (settings.KeepMessages > TimeSpan.Zero)
            await partitions.DropBeforeAsync("message_journal", now - settings.KeepMessages, cancellationToken);
        if (settings.KeepAudit > TimeSpan.Zero)
            await partitions.DropBeforeAsync("audit_event", now - settings.KeepAudit, cancellationToken, sealer.NoteDroppedAsync);
        await pruning.ForgetMessagesAsync(now - DatabaseSettings.IdentitiesKept, cancellationToken);
        await pruning.ForgetCancelsAsync(now - CancelsKept, cancellationToken);
        await pruning.ForgetDeliveriesAsync(now - outbound.KeepSent, cancellationToken);
        await new CommitmentDesk(database).ForgetAsync(now - outbound.KeepSent, cancellationToken);
        await new AskedCommitments(database).ForgetAsync(now - outbound.KeepSent, cancellationToken);
        if (settings.KeepMessages > TimeSpan.Zero)
            await new NoticeBoard(database).ForgetAsync(now - settings.KeepMessages, cancellationToken);
        await large.SweepAsync(database, now - BlobsLeftAlone, cancellationToken);
        await documents.SweepAsync(now - BlobsLeftAlone, cancellationToken);
    }
}
