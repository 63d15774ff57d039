using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>Durable and applied orders over MLLP at 128 connections, group commit beside one transaction a message in the same engine.</summary>
internal static class OrderBenchmark
{
    private const int Connections = 128;

    /// <summary>Until the compiler is done with the hot paths: it works beside the load, on the same cores.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);
    private const int Patients = 400;

    private const int OrdersOfEach = 50;
    private static int next;

    public static async Task RunAsync(Report report)
    {
        var single = await MeasureAsync(batchLimit: 1);
        var grouped = await MeasureAsync(batchLimit: 256);
        var returning = await MeasureAsync(batchLimit: 256, isReturning: true);
        report.Add("orders, one transaction a message, 128 connections", Describe(single), "baseline");
        report.Add("orders, group commit, 128 connections (journal, domain, 4 FHIR resources, audit)", Describe(grouped), "≥ 2.5 x the baseline, aiming at 3,000/s");
        report.Add("the same with returning patients, each of whom has 50 earlier orders", Describe(returning), "≥ 0.8 x new patients");
        report.Add("returning against new patients", string.Create(CultureInfo.InvariantCulture, $"{returning.Rate / grouped.Rate:0.00} x"), "≥ 0.8 x");
        report.Add("group commit against one transaction a message", string.Create(CultureInfo.InvariantCulture, $"{grouped.Rate / single.Rate:0.0} x"), "≥ 2.5 x");
    }

    private static string Describe(Measurement m) =>
        string.Create(CultureInfo.InvariantCulture, $"{m.Rate:N0}/s, median {m.MedianMs:0.0} ms, 99 % {m.P99Ms:0.0} ms; CPU an order: engine with senders {m.EngineMs:0.00} ms, PostgreSQL {m.PostgresMs:0.00} ms");

    private static async Task<Measurement> MeasureAsync(int batchLimit, bool isReturning = false)
    {
        var folder = Directory.CreateTempSubdirectory("cloudpacs-benchmark");
        try
        {
            // The account that PostgreSQL runs as must get into it.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            var settings = new EngineSettings { Data = folder.FullName, Database = { BatchLimit = batchLimit }, Mapping = { Directory = Repository.Mappings, HotReload = false } };
            settings.Mllp.Port = settings.Dicom.Port = 0;
            settings.Site.TimeZone = "Asia/Kolkata";
            settings.Worklist.KeepVisible = TimeSpan.FromDays(36500);
            await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            var endPoint = engine.MllpListeners[0].EndPoint;
            if (isReturning) await AdmitAsync(endPoint);
            Func<int, int?> patientOf = isReturning ? static number => -1 - (number % Patients) : static _ => null;
            await LoadAsync(endPoint, WarmUp, patientOf);
            var (engineBefore, postgresBefore) = (Environment.CpuUsage.TotalTime, PostgresTime(folder.FullName));
            var (latencies, elapsed) = await LoadAsync(endPoint, Duration, patientOf);
            var (engineTime, postgresTime) = (Environment.CpuUsage.TotalTime - engineBefore, PostgresTime(folder.FullName) - postgresBefore);
            latencies.Sort();
            return new Measurement(
                latencies.Count / elapsed.TotalSeconds, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)],
                engineTime.TotalMilliseconds / latencies.Count, postgresTime.TotalMilliseconds / latencies.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(List<double> Latencies, TimeSpan Elapsed)> LoadAsync(
        IPEndPoint endPoint, TimeSpan duration, Func<int, int?> patientOf)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectionAsync(
            endPoint, () => Stopwatch.GetElapsedTime(started) < duration ? NextOrder(patientOf) : null)));
        return ([.. all.SelectMany(static l => l)], Stopwatch.GetElapsedTime(started));
    }

    private static byte[] NextOrder(Func<int, int?> patientOf)
    {
        var number = Interlocked.Increment(ref next);
        return SampleOrder.Create(number, patientOf(number));
    }

    /// <summary>Gives the patients that will return their earlier orders.</summary>
    private static async Task AdmitAsync(IPEndPoint endPoint)
    {
        var left = Patients * OrdersOfEach;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectionAsync(
            endPoint, () => Interlocked.Decrement(ref left) is >= 0 and var place ? SampleOrder.Create(Interlocked.Increment(ref next), -1 - (place % Patients)) : null)));
    }

    /// <summary>A sender as thin as can be, until there is no next message: the two cores are for the engine.</summary>
    private static async Task<List<double>> ConnectionAsync(IPEndPoint endPoint, Func<byte[]?> nextMessage)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var answer = new byte[4096];
        var latencies = new List<double>();
        while (nextMessage() is { } message)
        {
            byte[] frame = [0x0B, .. message, 0x1C, 0x0D];
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(frame);
            var length = 0;
            while (length < 2 || answer[length - 2] != 0x1C)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(length));
                if (count == 0) throw new IOException("The engine closed the connection.");
                length += count;
            }

            if (answer.AsSpan(0, length).IndexOf("MSA|AA"u8) < 0) throw new InvalidOperationException($"Not accepted: {System.Text.Encoding.UTF8.GetString(answer, 0, length)}");
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return latencies;
    }

    /// <summary>CPU time of the database's processes, which work in its folder (proc(5): utime and stime in ticks of 10 ms); the engine's own tells little on a shared machine without it.</summary>
    private static TimeSpan PostgresTime(string data)
    {
        var ticks = 0L;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget != Path.Combine(data, "postgres")) continue;
                var fields = File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[^1].Split(' ');
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended in the meantime.
            }
        }

        return TimeSpan.FromMilliseconds(10 * ticks);
    }

    private sealed record Measurement(double Rate, double MedianMs, double P99Ms, double EngineMs, double PostgresMs);
}
