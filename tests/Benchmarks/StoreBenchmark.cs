using System.Globalization;
using CloudPacs.Integration.Hosting;
using CloudPacs.Store.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Benchmarks;

/// <summary>Where the bytes of an order go: on disk by table and index, and in the write-ahead log.</summary>
internal static class StoreBenchmark
{
    private const int Orders = 20_000;

    /// <summary>First, so that pages that are written for the first time after a checkpoint do not count as those of every order.</summary>
    private const int Before = 2_000;

    public static async Task RunAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await using var database = NpgsqlDataSource.Create(EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = settings.Data }));
        await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, Before);
        var before = await MeasureAsync(database);
        var postgresBefore = folder.PostgresTime();
        await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, Orders);
        var postgres = folder.PostgresTime() - postgresBefore;
        var after = await MeasureAsync(database);

        report.Add("bytes on disk an order", Number((double)(after.Bytes.Values.Sum() - before.Bytes.Values.Sum()) / Orders), "≤ 9,000");
        report.Add("bytes of write-ahead log an order", Number((double)(after.Log - before.Log) / Orders), "≤ 14,000");
        report.Add("CPU of PostgreSQL an order", string.Create(CultureInfo.InvariantCulture, $"{postgres.TotalMilliseconds / Orders:0.000} ms"), "≤ 0.25 ms");
        foreach (var (name, bytes) in after.Bytes.OrderByDescending(static one => one.Value))
        {
            var perOrder = (double)(bytes - before.Bytes.GetValueOrDefault(name)) / Orders;
            if (perOrder >= 1) report.Add($"of the disk: {name}", Number(perOrder), "");
        }

        foreach (var (name, bytes) in await LogRecordsAsync(database, before.Position, after.Position)) report.Add($"of the log: {name}", Number(bytes / Orders), "");
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static async Task<Sizes> MeasureAsync(NpgsqlDataSource database)
    {
        // What waits in memory for its place (pending list of an inverted index, pages without a vacuum) counts at its full size.
        await using var log = database.CreateCommand("SELECT pg_current_wal_insert_lsn()::text, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
        await using var position = await log.ExecuteReaderAsync();
        await position.ReadAsync();
        var (text, bytes) = (position.GetString(0), position.GetInt64(1));
        await using var sizes = database.CreateCommand(
            """
            SELECT regexp_replace(c.relname, '_\d{4}_\d\d', '_month'), sum(pg_relation_size(c.oid))::bigint + sum(coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0))::bigint
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i') GROUP BY 1
            """);
        await using var reader = await sizes.ExecuteReaderAsync();
        var found = new Dictionary<string, long>();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0), reader.GetInt64(1));
        return new Sizes(text, bytes, found);
    }

    /// <summary>The kinds of records in the log that take the most.</summary>
    private static async Task<List<(string Name, double Bytes)>> LogRecordsAsync(NpgsqlDataSource database, string from, string to)
    {
        await using (var extension = database.CreateCommand("CREATE EXTENSION IF NOT EXISTS pg_walinspect")) await extension.ExecuteNonQueryAsync();
        await using var records = database.CreateCommand(
            """
            SELECT * FROM (
                SELECT "resource_manager/record_type", record_size::float8 FROM pg_get_wal_stats($1::pg_lsn, $2::pg_lsn, true)
                UNION ALL SELECT 'full pages', sum(fpi_size)::float8 FROM pg_get_wal_stats($1::pg_lsn, $2::pg_lsn)) AS kinds
            ORDER BY 2 DESC LIMIT 8
            """);
        records.Parameters.Add(new NpgsqlParameter<string> { TypedValue = from });
        records.Parameters.Add(new NpgsqlParameter<string> { TypedValue = to });
        await using var reader = await records.ExecuteReaderAsync();
        var kinds = new List<(string, double)>();
        while (await reader.ReadAsync()) kinds.Add((reader.GetString(0), reader.GetDouble(1)));
        return kinds;
    }

    private sealed record Sizes(string Position, long Log, IReadOnlyDictionary<string, long> Bytes);
}
