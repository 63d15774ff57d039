using Npgsql;

namespace CloudPacs.Store.Deliveries;

/// <summary>
/// Deliveries that whoever made them tries to bring by a way of its own first; their loop leaves them alone until a time that was written
/// with them.
/// </summary>
public sealed class HeldDeliveries(NpgsqlDataSource database, DeliverySignal signal)
{
    /// <summary>The destination has accepted it.</summary>
    public async Task SentAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "UPDATE outbox SET state = 1, attempts = attempts + 1, sent_at = now(), next_attempt_at = NULL WHERE id = $1 AND state = 0");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>It was not brought: the loop of its destination may.</summary>
    public async Task LetGoAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE outbox SET next_attempt_at = NULL WHERE id = $1 AND state = 0");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        signal.Raise();
    }
}
