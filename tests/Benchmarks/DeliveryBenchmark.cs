using System.Diagnostics;
using System.Globalization;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using CloudPacs.Store.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Benchmarks;

/// <summary>
/// Orders of a site whose destination does not answer, with nothing that waits for it and with a million: what a long queue costs the main
/// path and the start.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int Waiting = 1_000_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        // Nobody listens on port 1 (RFC 6335): the HIS is away.
        settings.Outbound.Destinations["orm"] = new DestinationSettings { Host = "127.0.0.1", Port = 1 };
        double before;
        await using (var engine = await StartAsync(settings))
        {
            await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, WarmUp);
            before = await RateAsync(engine);
            await FillAsync(settings);
        }

        NpgsqlConnection.ClearAllPools(); // those to the server that was stopped
        var started = Stopwatch.GetTimestamp();
        await using (var engine = await StartAsync(settings))
        {
            var start = Stopwatch.GetElapsedTime(started);
            await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, WarmUp / 4);
            var after = await RateAsync(engine);
            report.Add("start with 1,000,000 deliveries that wait", string.Create(CultureInfo.InvariantCulture, $"{start.TotalSeconds:0.0} s"), "< 5 s");
            report.Add(
                "orders with 1,000,000 deliveries that wait, against none",
                string.Create(CultureInfo.InvariantCulture, $"{after:N0}/s against {before:N0}/s, {after / before:0.00} x"), "≥ 0.95 x");
        }
    }

    private static Task<Engine> StartAsync(EngineSettings settings) =>
        Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task<double> RateAsync(Engine engine)
    {
        var (latencies, elapsed) = await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, Duration);
        return latencies.Count / elapsed.TotalSeconds;
    }

    /// <summary>Five of each order, as a day's work leaves them.</summary>
    private static async Task FillAsync(EngineSettings settings)
    {
        await using var database = NpgsqlDataSource.Create(EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = settings.Data }));
        await using var fill = database.CreateCommand(
            """
            INSERT INTO outbox (destination, order_key, kind, payload, created_at)
            SELECT 'orm', 'order ' || n % 200000, 'ORM^O01', convert_to(repeat('MSH|^~\&|CLOUDPACS|', 40), 'UTF8'), now() FROM generate_series(1, $1) AS n
            """);
        fill.CommandTimeout = 600;
        fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Waiting });
        await fill.ExecuteNonQueryAsync();
        await using var analyze = database.CreateCommand("VACUUM ANALYZE outbox");
        analyze.CommandTimeout = 600;
        await analyze.ExecuteNonQueryAsync();
    }
}
