using CloudPacs.Store.Audit;
using CloudPacs.Store.Saving;
using Npgsql;

namespace CloudPacs.Store.Access;

/// <summary>Keeps API keys; each change is in the audit trail, in the same transaction.</summary>
public sealed class ApiKeyStore(NpgsqlDataSource database)
{
    private const string Columns = "id, name, hash, roles, facility, created_at, created_by, expires_at, revoked_at";

    /// <summary>A key, also one that is not in force any more; null for none.</summary>
    public async Task<ApiKeyRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM api_key WHERE id = $1");
        command.Parameters.Add(Uuid(id));
        return (await ReadAsync(command, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    /// <summary>All keys that were not revoked, the latest first.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT {Columns} FROM api_key WHERE revoked_at IS NULL ORDER BY created_at DESC, id LIMIT 10000");
        return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False when a key of that name is in force.</returns>
    public Task<bool> AddAsync(ApiKeyRow key, AuditRow act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ChangeAsync(
            """
            INSERT INTO api_key (id, name, hash, roles, facility, created_at, created_by, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING RETURNING id
            """,
            [
                Uuid(key.Id), Text(key.Name), new NpgsqlParameter<byte[]> { TypedValue = key.Hash.ToArray() },
                new NpgsqlParameter<int> { TypedValue = key.Roles }, Text(key.Facility), Time(key.CreatedAt), Text(key.CreatedBy),
                Time(key.ExpiresAt),
            ],
            act, cancellationToken);
    }

    /// <returns>False when there is no such key in force.</returns>
    public Task<bool> RevokeAsync(Guid id, AuditRow act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(act);
        return ChangeAsync(
            "UPDATE api_key SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING id",
            [Uuid(id), Time(act.At), Text(act.Actor)], act, cancellationToken);
    }

    private async Task<bool> ChangeAsync(string statement, NpgsqlParameter[] parameters, AuditRow act, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var isChanged = false;
        var change = new RoundTrip(transaction);
        change.Add(statement, _ => isChanged = true, parameters);
        await change.RunAsync(cancellationToken).ConfigureAwait(false);
        if (!isChanged) return false;
        var audit = new RoundTrip(transaction);
        AuditStatements.Save(audit, [act]);
        await audit.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<List<ApiKeyRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var keys = new List<ApiKeyRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            keys.Add(new ApiKeyRow
            {
                Id = reader.GetGuid(0),
                Name = reader.GetString(1),
                Hash = reader.GetFieldValue<byte[]>(2),
                Roles = reader.GetInt32(3),
                Facility = reader.Text(4),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(5),
                CreatedBy = reader.GetString(6),
                ExpiresAt = reader.Instant(7),
                RevokedAt = reader.Instant(8),
            });
        }

        return keys;
    }

    private static NpgsqlParameter<Guid> Uuid(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTimeOffset?> Time(DateTimeOffset? value) =>
        new() { TypedValue = value?.ToUniversalTime() };
}
