using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>
/// Makes the index of resources that were there before it, or before it was made in another way, some hundred at a time beside all other
/// work; where it has come to is kept. Also sorts new keys in, so that no search has to read a long list of them.
/// </summary>
public sealed class IndexFilling(NpgsqlDataSource database, IResourceIndex index)
{
    private const int BatchSize = 500;

    /// <summary>Everything is found.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Fills what is missing, then sorts new keys in.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!IsComplete)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            while (!IsComplete) IsComplete = !await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await using var sort = database.CreateCommand("SELECT gin_clean_pending_list('fhir_index_keys')");
            await sort.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The next time does it; whoever supervises the database tells that it is away.
        }
    }

    /// <summary>What was made in another way is thrown away.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var read = new NpgsqlCommand("SELECT way, complete FROM fhir_index_state FOR UPDATE", connection, transaction);
        var (way, isComplete) = (default(string), false);
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                (way, isComplete) = (reader.GetString(0), reader.GetBoolean(1));
        }

        IsComplete = way == index.Way && isComplete;
        if (way == index.Way) return;
        if (way is not null)
        {
            await using var clear = new NpgsqlCommand(
                "TRUNCATE fhir_index, fhir_index_date, fhir_index_quantity", connection, transaction);
            await clear.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await using var begin = new NpgsqlCommand(
            """
            INSERT INTO fhir_index_state (way, type, id, complete) VALUES ($1, '', '', false)
            ON CONFLICT (one) DO UPDATE SET way = excluded.way, type = '', id = '', complete = false
            """,
            connection, transaction);
        begin.Parameters.Add(new NpgsqlParameter<string> { TypedValue = index.Way });
        await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The next resources. They are locked, so that a writer of one of them waits: what it changes in the index is there by then.
    /// </summary>
    /// <returns>False when there are no more.</returns>
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ParameterStatements.HoldAsync(transaction, index, cancellationToken).ConfigureAwait(false);
        // Of several engines one goes on at a time.
        var begin = new RoundTrip(transaction);
        var (type, id) = ("", "");
        begin.Add("SELECT type, id FROM fhir_index_state FOR UPDATE", reader => (type, id) = (reader.GetString(0), reader.GetString(1)));
        await begin.RunAsync(cancellationToken).ConfigureAwait(false);
        var read = new RoundTrip(transaction);
        var versions = new List<FhirResourceRow>();
        read.Add(
            $"""
            SELECT {FhirQueries.Columns} FROM fhir_resource r WHERE (type, id) > ($1, $2)
            ORDER BY type, id LIMIT $3 FOR UPDATE
            """,
            reader => versions.Add(FhirQueries.Read(reader)),
            new NpgsqlParameter<string> { TypedValue = type }, new NpgsqlParameter<string> { TypedValue = id },
            new NpgsqlParameter<int> { TypedValue = BatchSize });
        await read.RunAsync(cancellationToken).ConfigureAwait(false);

        var write = new RoundTrip(transaction);
        IReadOnlyCollection<long> texts = [];
        if (versions.Count > 0)
        {
            var rows = versions.ToDictionary(static version => version, version => version.Deleted ? null : index.Of(version));
            var there = await SelvesAsync(rows.Values, transaction, cancellationToken).ConfigureAwait(false);
            var missing = versions.Where(version => rows[version] is { } row && !there.Contains(row.Self));
            texts = IndexStatements.Save(write, missing.Select(static version => (default(FhirResourceRow), version)), index);
        }

        var last = versions.LastOrDefault();
        write.Add(
            "UPDATE fhir_index_state SET type = coalesce($1, type), id = coalesce($2, id), complete = $3", null,
            new NpgsqlParameter<string?> { TypedValue = last?.Type }, new NpgsqlParameter<string?> { TypedValue = last?.Id },
            new NpgsqlParameter<bool> { TypedValue = last is null });
        await write.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        index.Remember(texts);
        return last is not null;
    }

    private static async Task<HashSet<long>> SelvesAsync(
        IEnumerable<IndexRow?> rows, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var there = new HashSet<long>();
        var read = new RoundTrip(transaction);
        read.Add(
            "SELECT self FROM fhir_index WHERE self = ANY ($1)", reader => there.Add(reader.GetInt64(0)),
            Column.Locks([.. rows.OfType<IndexRow>().Select(static row => row.Self)]));
        await read.RunAsync(cancellationToken).ConfigureAwait(false);
        return there;
    }
}
