using Npgsql;

namespace CloudPacs.Store.Audit;

/// <summary>Reads the audit trail.</summary>
public sealed class AuditQueries(NpgsqlDataSource database)
{
    /// <summary>What a message did, and to which rows, in order.</summary>
    /// <param name="messageId">Its id in the journal.</param>
    /// <param name="receivedAt">When it was received; its acts are noted under the same time.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<(string Action, string Entity)>> ActsOfAsync(
        Guid messageId, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT action, entity FROM audit_event WHERE at = $1 AND message_id = $2 AND entity IS NOT NULL ORDER BY id");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = receivedAt.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var acts = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) acts.Add((reader.GetString(0), reader.GetString(1)));
        return acts;
    }
}
