using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>Finds the studies that have instances which their resource does not count yet.</summary>
public sealed class UntoldStudies(NpgsqlDataSource database)
{
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<(Guid Id, string StudyInstanceUid)>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, study_instance_uid FROM study
            WHERE id IN (SELECT study_id FROM series WHERE instances <> told LIMIT $1)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(Guid, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) found.Add((reader.GetGuid(0), reader.GetString(1)));
        return found;
    }
}
