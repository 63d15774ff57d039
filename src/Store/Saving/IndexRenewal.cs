using System.Diagnostics;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>
/// Indexes the resources of some types anew when the parameters of the site have changed, some hundred at a time beside all other work;
/// where it has come to is kept. What is there is read and only the difference is written, so that no writer before it could have left
/// anything wrong, and the resources are found by all that has not changed meanwhile.
/// </summary>
public sealed class IndexRenewal(NpgsqlDataSource database, IResourceIndex index)
{
    private const int BatchSize = 500;

    /// <summary>How long it goes on at a time; some hundred resources at least.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Goes on for a turn.</summary>
    /// <returns>Whether more is left.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (await RenewAsync(cancellationToken).ConfigureAwait(false))
        {
            if (watch.Elapsed > Turn) return true;
        }

        return false;
    }

    /// <summary>The next resources of a type. They are locked, so that their writers come before or after.</summary>
    /// <returns>False when there are no more, or another engine is at them.</returns>
    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ParameterStatements.HoldAsync(transaction, index, cancellationToken).ConfigureAwait(false);
        var begin = new RoundTrip(transaction);
        var (type, id) = (default(string), "");
        begin.Add(
            "SELECT type, id FROM fhir_index_renewal ORDER BY type LIMIT 1 FOR UPDATE SKIP LOCKED",
            reader => (type, id) = (reader.GetString(0), reader.GetString(1)));
        await begin.RunAsync(cancellationToken).ConfigureAwait(false);
        if (type is null) return false;

        var versions = await VersionsAsync(type, id, transaction, cancellationToken).ConfigureAwait(false);
        var after = versions.Where(static version => !version.Deleted).Select(version => (Version: version, Values: index.Of(version)!))
            .Where(static one => one.Values is not null).ToList();
        var selves = after.ConvertAll(static one => one.Values.Self);
        var before = await IndexedAsync(selves, transaction, cancellationToken).ConfigureAwait(false);
        var write = new RoundTrip(transaction);
        var texts = IndexStatements.Save(
            write, after.ConvertAll(one => new IndexChange(type, one.Version.Id, before.GetValueOrDefault(one.Values.Self), one.Values)));
        if (versions.Count < BatchSize)
            ParameterStatements.EndRenewal(write, type);
        else
            write.Add(
                "UPDATE fhir_index_renewal SET id = $2 WHERE type = $1", null,
                new NpgsqlParameter<string> { TypedValue = type }, new NpgsqlParameter<string> { TypedValue = versions[^1].Id });
        await write.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        index.Remember(texts);
        return true;
    }

    private static async Task<List<FhirResourceRow>> VersionsAsync(
        string type, string id, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var versions = new List<FhirResourceRow>(BatchSize);
        var read = new RoundTrip(transaction);
        read.Add(
            $"""
            SELECT {FhirQueries.Columns} FROM fhir_resource r WHERE type = $1 AND id > $2
            ORDER BY id LIMIT $3 FOR UPDATE
            """,
            reader => versions.Add(FhirQueries.Read(reader)),
            new NpgsqlParameter<string> { TypedValue = type }, new NpgsqlParameter<string> { TypedValue = id },
            new NpgsqlParameter<int> { TypedValue = BatchSize });
        await read.RunAsync(cancellationToken).ConfigureAwait(false);
        return versions;
    }

    /// <summary>What resources are found by, as it is written, without texts.</summary>
    private static async Task<Dictionary<long, IndexRow>> IndexedAsync(
        List<long> selves, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = new List<(long Self, long[] Keys, int[] Present)>();
        var dates = new List<(long Self, (long, DateTime, DateTime) Value)>();
        var quantities = new List<(long Self, (long, decimal, decimal) Value)>();
        var read = new RoundTrip(transaction);
        read.Add(
            "SELECT self, keys, present FROM fhir_index WHERE self = ANY ($1)",
            reader => rows.Add((reader.GetInt64(0), reader.GetFieldValue<long[]>(1), reader.GetFieldValue<int[]>(2))), Selves());
        read.Add(
            """
            SELECT i.self, v.place, v.low, v.high FROM fhir_index i JOIN fhir_index_date v ON v.number = i.number WHERE i.self = ANY ($1)
            """,
            reader => dates.Add((reader.GetInt64(0), (reader.GetInt64(1), reader.GetDateTime(2), reader.GetDateTime(3)))), Selves());
        read.Add(
            """
            SELECT i.self, v.place, v.low, v.high FROM fhir_index i JOIN fhir_index_quantity v ON v.number = i.number
            WHERE i.self = ANY ($1)
            """,
            reader => quantities.Add((reader.GetInt64(0), (reader.GetInt64(1), reader.GetDecimal(2), reader.GetDecimal(3)))), Selves());
        await read.RunAsync(cancellationToken).ConfigureAwait(false);
        var (datesOf, quantitiesOf) = (dates.ToLookup(static one => one.Self), quantities.ToLookup(static one => one.Self));
        return rows.ToDictionary(static row => row.Self, row => new IndexRow
        {
            Self = row.Self,
            Keys = row.Keys,
            Present = row.Present,
            Dates = [.. datesOf[row.Self].Select(static one => one.Value)],
            Quantities = [.. quantitiesOf[row.Self].Select(static one => one.Value)],
        });

        NpgsqlParameter Selves() => Column.Locks([.. selves]);
    }
}
