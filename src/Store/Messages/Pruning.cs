using Npgsql;

namespace CloudPacs.Store.Messages;

/// <summary>Deletes what is only kept for a time and does not sit in partitions.</summary>
public sealed class Pruning(NpgsqlDataSource database)
{
    /// <summary>Forgets the identities of messages received before; a repetition of one is applied again.</summary>
    public Task<int> ForgetMessagesAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteAsync("DELETE FROM message_identity WHERE received_at < $1", before, cancellationToken);

    /// <summary>Forgets cancels received before, whose order never came.</summary>
    public Task<int> ForgetCancelsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteAsync("DELETE FROM remembered_cancel WHERE received_at < $1", before, cancellationToken);

    /// <summary>Forgets deliveries that were sent or skipped before.</summary>
    public Task<int> ForgetDeliveriesAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteAsync("DELETE FROM outbox WHERE state IN (1, 3) AND sent_at < $1", before, cancellationToken);

    private async Task<int> DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0; // Of a busy day there are many; the token ends it.
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before.ToUniversalTime() });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
