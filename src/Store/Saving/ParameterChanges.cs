using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>
/// Puts the search parameters of a site into force, for all engines on the database at once: while they change, no writer has read which
/// there are and not yet committed.
/// </summary>
public sealed class ParameterChanges(NpgsqlDataSource database, IResourceIndex index) : IDisposable
{
    private const long Writers = 0x436C6F7564506172; // "CloudPar"

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until nobody else writes definitions; others wait until what it returns is disposed.</summary>
    public async Task<IAsyncDisposable> BeginWritingAsync(CancellationToken cancellationToken)
    {
        // One connection of an engine waits, however many writers it has.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        var turn = new Turn(_turn);
        try
        {
            await turn.TakeAsync(database, cancellationToken).ConfigureAwait(false);
            return turn;
        }
        catch
        {
            await turn.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads again what is in force when that is other than before.</summary>
    /// <returns>Whether definitions were written that are not in force yet.</returns>
    public async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT revision, behind FROM fhir_parameter_state", connection);
        var (revision, isBehind) = (0L, false);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            (revision, isBehind) = (reader.GetInt64(0), reader.GetBoolean(1));
        }

        if (revision != index.Revision)
            index.Take(await ParameterStatements.LoadAsync(connection, cancellationToken).ConfigureAwait(false));
        return isBehind;
    }

    /// <summary>Puts into force what the definitions say by now.</summary>
    /// <param name="type">Type of the definitions.</param>
    /// <param name="read">What the definitions say, of which each is the current version and none deleted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task PutIntoForceAsync(
        string type, Func<IEnumerable<FhirResourceRow>, IReadOnlyList<ParameterRow>> read, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var wait = new RoundTrip(transaction);
        wait.Add(
            "SELECT pg_advisory_xact_lock($1)", static _ => { }, new NpgsqlParameter<long> { TypedValue = KeyLocks.Everything });
        await wait.RunAsync(cancellationToken).ConfigureAwait(false);
        var before = await ParameterStatements.LoadAsync(connection, cancellationToken).ConfigureAwait(false);
        var definitions = new RoundTrip(transaction);
        var rows = new List<FhirResourceRow>();
        definitions.Add(
            $"""
            SELECT {FhirQueries.Columns} FROM fhir_resource r WHERE type = $1 AND NOT deleted ORDER BY id
            """,
            reader => rows.Add(FhirQueries.Read(reader)), new NpgsqlParameter<string> { TypedValue = type });
        await definitions.RunAsync(cancellationToken).ConfigureAwait(false);

        var (after, renewed) = Compare(before.All, read(rows));
        var write = new RoundTrip(transaction);
        ParameterStatements.Replace(write, after, renewed);
        await write.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        index.Take(new ParametersInForce(before.Revision + 1, after));
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The parameters from now on, and the types of those that are new, that look elsewhere, or that are gone.</summary>
    private static (List<ParameterRow> After, HashSet<string> Renewed) Compare(
        IReadOnlyList<ParameterRow> before, IReadOnlyList<ParameterRow> said)
    {
        var known = before.ToDictionary(static row => row.Id);
        var renewed = new HashSet<string>();
        var after = new List<ParameterRow>();
        foreach (var row in said)
        {
            var isSame = known.Remove(row.Id, out var former) && former.Places == row.Places;
            after.Add(row with { IsComplete = isSame && former!.IsComplete });
            if (isSame) continue;
            renewed.UnionWith(row.Types);
            renewed.UnionWith(former?.Types ?? []);
        }

        foreach (var gone in known.Values) renewed.UnionWith(gone.Types);
        return (after, renewed);
    }

    /// <summary>The turn of one writer of definitions.</summary>
    private sealed class Turn(SemaphoreSlim turn) : IAsyncDisposable
    {
        private NpgsqlConnection? _connection;

        public async Task TakeAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
        {
            _connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            // The lock is gone with the transaction, which ends with the connection.
            var transaction = await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", _connection, transaction);
            take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Writers });
            await take.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask DisposeAsync()
        {
            if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
            turn.Release();
        }
    }
}
