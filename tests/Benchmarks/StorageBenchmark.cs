using System.Diagnostics;
using System.Globalization;
using System.Net;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Studies.Intake;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>
/// Images stored by C-STORE: large ones into the archive alone, without and with waiting for the disk, beside what the disk does by itself
/// and what DCMTK's storescp does; and into the whole engine, large and small.
/// </summary>
internal static class StorageBenchmark
{
    private const int Large = 512 * 1024;
    private const int Small = 10 * 1024;
    private const int Senders = 8;

    /// <summary>What the archive gathers before it waits for the disk may be as long.</summary>
    private const int Piece = 1024 * 1024;

    /// <summary>What is written in one measurement, at 600 MB/s.</summary>
    private const long MemoryBytes = 5L << 30;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Report report)
    {
        var disk = MeasureDisk();
        report.Add("the disk by itself, written and synced by the mebibyte", Rate(disk), "baseline");
        var cached = await MeasureArchiveAsync(isDurable: false);
        report.Add("C-STORE of 512 KiB into the archive, one association, without waiting for the disk", Rate(cached), "≥ 600 MB/s");
        var durable = await MeasureArchiveAsync(isDurable: true);
        report.Add("the same, each on the disk before its answer", Against(durable, disk), "");
        if (await MeasurePeerAsync() is { } peer) report.Add("the same into DCMTK storescp, which does not wait for the disk", Against(peer, cached), "≤ 0.33 x");
        await MeasureEngineAsync(report, disk);
    }

    private static async Task MeasureEngineAsync(Report report, double disk)
    {
        using var folder = new DataFolder();
        await using var engine = await Engine.StartAsync(folder.Settings(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var endPoint = engine.DicomServers[0].EndPoint;
        await StoreAsync(endPoint, "CLOUDPACS", Large, Enumerable.Range(0, Senders), WarmUp);
        var large = await StoreAsync(endPoint, "CLOUDPACS", Large, Enumerable.Range(10, Senders), Duration);
        report.Add($"C-STORE of 512 KiB into the engine, {Senders} associations, durable and shown", Against(large * Large / 1e6, disk), "≥ 0.8 x");
        await StoreAsync(endPoint, "CLOUDPACS", Small, Enumerable.Range(20, Senders), WarmUp);
        var (engineBefore, postgresBefore) = (Environment.CpuUsage.TotalTime, folder.PostgresTime());
        var small = await StoreAsync(endPoint, "CLOUDPACS", Small, Enumerable.Range(30, Senders), Duration);
        var stored = small * Duration.TotalSeconds;
        var (engineMs, postgresMs) = ((Environment.CpuUsage.TotalTime - engineBefore).TotalMilliseconds / stored, (folder.PostgresTime() - postgresBefore).TotalMilliseconds / stored);
        report.Add(
            $"C-STORE of 10 KiB into the engine, {Senders} associations, durable and shown",
            string.Create(CultureInfo.InvariantCulture, $"{small:N0}/s; CPU an instance: engine with modalities {engineMs:0.00} ms, PostgreSQL {postgresMs:0.00} ms"), "≥ 5,000/s");
        await StoreAsync(endPoint, "CLOUDPACS", Small, [40], WarmUp / 4);
        report.Add("the same, one association", Number(await StoreAsync(endPoint, "CLOUDPACS", Small, [41], Duration)), "≥ 300/s");
    }

    private static async Task<double> MeasureArchiveAsync(bool isDurable)
    {
        var folder = Directory.CreateTempSubdirectory("cloudpacs-archive");
        try
        {
            await using var archive = await PackArchive.OpenAsync(
                new ArchiveOptions { Folder = folder.FullName, IsDurable = isDurable }, new NoIndex(), TimeProvider.System, CancellationToken.None);
            await using var server = new DicomServer(
                new DicomServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) },
                new Dictionary<string, IDimseService> { [Uids.SecondaryCaptureImageStorage] = new ArchiveService(new InstanceIntake(archive)) },
                AcceptAllPolicy.Instance, observer: null, TimeProvider.System);
            await server.StartAsync(CancellationToken.None);
            // The first of them waits until the compiler has made its last version.
            await StoreAsync(server.EndPoint, "CLOUDPACS", Large, [0], isDurable ? WarmUp / 2 : WarmUp * 3);
            TakeMemory();
            return await StoreAsync(server.EndPoint, "CLOUDPACS", Large, [1], Duration) * Large / 1e6;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double?> MeasurePeerAsync()
    {
        if (!File.Exists("/usr/bin/storescp")) return null;
        var folder = Directory.CreateTempSubdirectory("cloudpacs-storescp");
        var port = PeerBenchmark.FreePort();
        using var process = Process.Start(new ProcessStartInfo("storescp", ["-od", folder.FullName, port.ToString(CultureInfo.InvariantCulture)])
        {
            Environment = { ["TCP_NODELAY"] = "1" },
        })!;
        try
        {
            await PeerBenchmark.WaitForPortAsync(port);
            TakeMemory();
            return await StoreAsync(new IPEndPoint(IPAddress.Loopback, port), "STORESCP", Large, [1], Duration) * Large / 1e6;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Instances a second.</summary>
    private static async Task<double> StoreAsync(IPEndPoint endPoint, string called, int bytes, IEnumerable<int> senders, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(senders.Select(sender => Task.Run(async () =>
        {
            var images = new StudyImages(bytes, sender);
            await using var client = await DicomClient.ConnectAsync(
                new DicomClientOptions
                {
                    Host = endPoint.Address.ToString(), Port = endPoint.Port, CallingAe = "CT1", CalledAe = called,
                    Contexts = [new ProposedContext(Uids.SecondaryCaptureImageStorage, TransferSyntax.ExplicitVrLittleEndian)],
                },
                TimeProvider.System, CancellationToken.None);
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < duration; count++) await images.StoreAsync(client, count);
            await client.ReleaseAsync(CancellationToken.None);
            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// A virtual machine gives memory that it does not use back to its host, and gets it again page by page, more slowly than any of the
    /// parts measured here writes: so that none of them pays for it, as much as they write is taken before.
    /// </summary>
    private static void TakeMemory()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        var piece = new byte[Piece];
        for (long written = 0; written < MemoryBytes; written += piece.Length) file.Write(piece);
    }

    private static double MeasureDisk()
    {
        TakeMemory();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            var piece = new byte[Piece];
            new Random(1).NextBytes(piece);
            var started = Stopwatch.GetTimestamp();
            long written = 0;
            for (; Stopwatch.GetElapsedTime(started) < Duration / 2; written += piece.Length)
            {
                RandomAccess.Write(file, piece, written);
                RandomAccess.FlushToDisk(file);
            }

            return written / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Rate(double megabytes) => string.Create(CultureInfo.InvariantCulture, $"{megabytes:N0} MB/s");

    private static string Against(double megabytes, double baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{megabytes:N0} MB/s, {megabytes / baseline:0.00} x");

    private static string Number(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s");

    private sealed class ArchiveService(InstanceIntake intake) : IStoreService
    {
        public async ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken)
        {
            var meta = Part10.CreateMeta(request.SopClassUid, request.SopInstanceUid, request.TransferSyntax, request.Association.CallingAe);
            await intake.TakeAsync(request.DataSet, meta, request.TransferSyntax, cancellationToken);
            return StoreResult.Success;
        }
    }

    /// <summary>The index of an archive that is thrown away.</summary>
    private sealed class NoIndex : IRecordIndex
    {
        public ValueTask<long> KnownEndAsync(Guid pack, CancellationToken cancellationToken) => new(0);

        public ValueTask<IReadOnlyList<bool>> AreNeededAsync(IReadOnlyList<FoundRecord> records, CancellationToken cancellationToken) =>
            new([.. records.Select(static _ => true)]);

        public ValueTask<IReadOnlyList<bool>> MovedAsync(IReadOnlyList<MovedRecord> records, CancellationToken cancellationToken) =>
            new([.. records.Select(static _ => true)]);
    }
}
