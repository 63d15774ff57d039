using CloudPacs.Store.Audit;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Writes entries of the audit trail that belong to no change: what was refused, for one.</summary>
public sealed class AuditWriter(NpgsqlDataSource database)
{
    /// <summary>Writes all of them, durable when it is done.</summary>
    public async Task WriteAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var trip = new RoundTrip(transaction);
        AuditStatements.Save(trip, rows);
        await trip.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
