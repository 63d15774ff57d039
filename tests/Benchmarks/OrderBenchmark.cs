using System.Globalization;
using CloudPacs.Integration.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>Durable and applied orders over MLLP at 128 connections, group commit beside one transaction a message in the same engine.</summary>
internal static class OrderBenchmark
{
    /// <summary>Until the compiler is done with the hot paths: it works beside the load, on the same cores.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private const int Patients = 400;
    private const int EarlierOrders = 50;

    public static async Task RunAsync(Report report)
    {
        var single = await MeasureAsync(batchLimit: 1);
        var grouped = await MeasureAsync(batchLimit: 256);
        var returning = await MeasureAsync(batchLimit: 256, isReturning: true);
        await AddAloneAsync(report);
        report.Add("orders, one transaction a message, 128 connections", Describe(single), "baseline");
        report.Add(
            "orders, group commit, 128 connections (journal, domain, 4 FHIR resources, audit)", Describe(grouped), "≥ 2,500/s, aiming at 3,000/s");
        report.Add("the same with returning patients, each of whom has 50 earlier orders", Describe(returning), "≥ 0.8 x new patients");
        report.Add(
            "returning against new patients", string.Create(CultureInfo.InvariantCulture, $"{returning.Rate / grouped.Rate:0.00} x"), "≥ 0.8 x");
        report.Add(
            "group commit against one transaction a message", string.Create(CultureInfo.InvariantCulture, $"{grouped.Rate / single.Rate:0.0} x"), "≥ 4 x");
    }

    /// <summary>One connection that nobody disturbs, beside what the disk takes to keep a page.</summary>
    private static async Task AddAloneAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var endPoint = engine.MllpListeners[0].EndPoint;
        await OrderLoad.SendAsync(endPoint, WarmUp);
        var (latencies, _) = await OrderLoad.SendAsync(endPoint, Duration / 2, connections: 1);
        latencies.Sort();
        report.Add(
            "an order on one connection alone", string.Create(
                CultureInfo.InvariantCulture,
                $"median {latencies[latencies.Count / 2]:0.0} ms, 99 % {latencies[(int)(latencies.Count * 0.99)]:0.0} ms; a sync of the disk {folder.SyncMs():0.0} ms"),
            "median ≤ sync + 2 ms");
    }

    /// <summary>The same load on one and more writers: how many the cores of the machine can use.</summary>
    public static async Task RunWritersAsync(Report report)
    {
        foreach (var writers in (int[])[1, 2, 3, 4]) report.Add($"orders, {writers} writers, 128 connections", Describe(await MeasureAsync(batchLimit: 256, writers)), "");
    }

    private static string Describe(Measurement m) => string.Create(
        CultureInfo.InvariantCulture,
        $"{m.Rate:N0}/s, median {m.MedianMs:0.0} ms, 99 % {m.P99Ms:0.0} ms; CPU an order: engine with senders {m.EngineMs:0.00} ms, PostgreSQL {m.PostgresMs:0.00} ms");

    private static async Task<Measurement> MeasureAsync(int batchLimit, int? writers = null, bool isReturning = false)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        settings.Database.BatchLimit = batchLimit;
        if (writers is { } number) settings.Database.Writers = number;
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var endPoint = engine.MllpListeners[0].EndPoint;
        var patients = isReturning ? Patients : 0;
        if (isReturning) await OrderLoad.SendAsync(endPoint, Patients * EarlierOrders, patients);
        await OrderLoad.SendAsync(endPoint, WarmUp, patients);
        var (engineBefore, postgresBefore) = (Environment.CpuUsage.TotalTime, folder.PostgresTime());
        var (latencies, elapsed) = await OrderLoad.SendAsync(endPoint, Duration, patients);
        var (engineTime, postgresTime) = (Environment.CpuUsage.TotalTime - engineBefore, folder.PostgresTime() - postgresBefore);
        latencies.Sort();
        return new Measurement(
            latencies.Count / elapsed.TotalSeconds, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)],
            engineTime.TotalMilliseconds / latencies.Count, postgresTime.TotalMilliseconds / latencies.Count);
    }

    private sealed record Measurement(double Rate, double MedianMs, double P99Ms, double EngineMs, double PostgresMs);
}
