using Npgsql;

namespace CloudPacs.Store.Performed;

/// <summary>Performed procedure steps, to be looked at.</summary>
public sealed class PerformedQueries(NpgsqlDataSource database)
{
    /// <summary>The step with that SOP Instance UID, or null.</summary>
    public async Task<StoredPerformedStep?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT state, attributes FROM performed_procedure_step WHERE sop_instance_uid = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sopInstanceUid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new StoredPerformedStep((PerformedState)reader.GetInt16(0), reader.Attributes(1))
            : null;
    }
}

/// <summary>What is stored of a performed step.</summary>
public sealed record StoredPerformedStep(PerformedState State, StoredAttributes Attributes);
