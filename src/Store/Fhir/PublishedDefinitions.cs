using Npgsql;

namespace CloudPacs.Store.Fhir;

/// <summary>
/// Remembers which definitions of its own an engine has put among the resources, so that a start need not compare them all.
/// </summary>
public sealed class PublishedDefinitions(NpgsqlDataSource database)
{
    /// <param name="digest">Of all definitions.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> AreAsync(byte[] digest, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT definitions FROM installation");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is byte[] last
            && last.AsSpan().SequenceEqual(digest);
    }

    /// <summary>These are there from now on.</summary>
    public async Task SetAsync(byte[] digest, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE installation SET definitions = $1");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
