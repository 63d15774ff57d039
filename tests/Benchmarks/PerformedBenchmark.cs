using System.Diagnostics;
using System.Globalization;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>
/// Performed procedure steps over 32 associations: each is created and completed, both durable and applied before their answers, beside what
/// the same associations do when they only say C-ECHO.
/// </summary>
internal static class PerformedBenchmark
{
    private const int Associations = 32;

    /// <summary>Each order is performed once; the fastest engine must not run out of them.</summary>
    private const int Orders = 60_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private const int Told = 200;

    public static async Task RunAsync(Report report)
    {
        await MeasureRatesAsync(report);
        await MeasureTellingAsync(report);
    }

    /// <summary>How long after the answer to an N-CREATE the hospital information system has the status, one after the other.</summary>
    private static async Task MeasureTellingAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        var his = new HisReceiver();
        await using var listener = new MllpListener(
            new MllpListenerOptions { Name = "his", EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, his, TimeProvider.System);
        await listener.StartAsync(CancellationToken.None);
        settings.Outbound.Destinations["orm"] = new DestinationSettings { Host = "127.0.0.1", Port = listener.EndPoint.Port, Senders = ["HIS|MERCY"] };
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var first = OrderLoad.Last + 1;
        await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, 2 * Told);
        await using var client = await ConnectAsync(engine.DicomServers[0].EndPoint);
        var times = new List<double>();
        for (var number = first; number < first + (2 * Told); number++)
        {
            var told = his.NextAsync();
            await BeginAsync(client, number);
            var answered = Stopwatch.GetTimestamp();
            // The first half is for the compiler.
            if (number >= first + Told) times.Add(Math.Max(0, Stopwatch.GetElapsedTime(answered, await told).TotalMilliseconds));
            else await told;
        }

        times.Sort();
        report.Add(
            "the HIS has the status of a step that begins, after the answer to the modality",
            string.Create(CultureInfo.InvariantCulture, $"median {times[Told / 2]:0.0} ms, at worst {times[^1]:0.0} ms of {Told}"), "≤ 100 ms");
    }

    private static async Task MeasureRatesAsync(Report report)
    {
        using var folder = new DataFolder();
        await using var engine = await Engine.StartAsync(folder.Settings(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var first = OrderLoad.Last + 1;
        await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, Orders);
        var clients = await Task.WhenAll(Enumerable.Range(0, Associations).Select(_ => ConnectAsync(engine.DicomServers[0].EndPoint)));
        var next = first - 1;
        Task PerformNextAsync(DicomClient client) => PerformAsync(client, Interlocked.Increment(ref next));
        await RateAsync(clients, PerformNextAsync, WarmUp);
        var (engineBefore, postgresBefore) = (Environment.CpuUsage.TotalTime, folder.PostgresTime());
        var pairs = await RateAsync(clients, PerformNextAsync, Duration);
        var (engineTime, postgresTime) = (Environment.CpuUsage.TotalTime - engineBefore, folder.PostgresTime() - postgresBefore);
        await RateAsync(clients, static client => client.EchoAsync(CancellationToken.None), WarmUp / 2);
        var echoes = await RateAsync(clients, static client => client.EchoAsync(CancellationToken.None), Duration / 2);
        foreach (var client in clients) await client.DisposeAsync();
        if (next >= first + Orders) throw new InvalidOperationException("There were too few orders for this machine.");

        report.Add($"C-ECHO over {Associations} associations", string.Create(CultureInfo.InvariantCulture, $"{echoes:N0}/s"), "floor of DIMSE");
        report.Add($"performed steps, created and completed, over {Associations} associations", string.Create(CultureInfo.InvariantCulture,
            $"{pairs:N0} pairs/s; CPU a pair: engine with modalities {engineTime.TotalMilliseconds / pairs / Duration.TotalSeconds:0.00} ms, PostgreSQL {postgresTime.TotalMilliseconds / pairs / Duration.TotalSeconds:0.00} ms"), "≥ 1,500 pairs/s");
    }

    private static Task<DicomClient> ConnectAsync(IPEndPoint endPoint) => DicomClient.ConnectAsync(new DicomClientOptions
    {
        Host = endPoint.Address.ToString(), Port = endPoint.Port, CallingAe = "CT1", CalledAe = "CLOUDPACS",
        Contexts = [ProposedContext.LittleEndian(Uids.ModalityPerformedProcedureStep), ProposedContext.LittleEndian(Uids.Verification)],
    }, TimeProvider.System, CancellationToken.None);

    private static async Task<double> RateAsync(DicomClient[] clients, Func<DicomClient, Task> turn, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(clients.Select(async client =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < duration; count++) await turn(client);
            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task PerformAsync(DicomClient client, int number)
    {
        await BeginAsync(client, number);
        Check(await client.SetAsync(Uids.ModalityPerformedProcedureStep, UidOf(number), Completed(number), CancellationToken.None));
    }

    private static async Task BeginAsync(DicomClient client, int number) =>
        Check(await client.CreateAsync(Uids.ModalityPerformedProcedureStep, UidOf(number), Started(number), CancellationToken.None));

    private static string UidOf(int number) => string.Create(CultureInfo.InvariantCulture, $"1.2.826.0.1.3680043.10.2.{number}");

    private static void Check(InstanceResult result)
    {
        if (result.Status != DimseStatus.Success) throw new InvalidOperationException($"Not accepted: {result.Status:X4} {result.ErrorComment}");
    }

    /// <summary>What a CT says when it begins (PS3.4 table F.7.2-1).</summary>
    private static DataSet Started(int number)
    {
        var id = number.ToString("D8", CultureInfo.InvariantCulture);
        return new DataSet()
            .SetSequence(Tags.ScheduledStepAttributesSequence, new DataSet()
                .Set(Tags.StudyInstanceUid, $"1.2.826.0.1.3680043.10.1.{number.ToString(CultureInfo.InvariantCulture)}")
                .SetEmpty(Tags.ReferencedStudySequence)
                .Set(Tags.AccessionNumber, "A" + id)
                .Set(Tags.RequestedProcedureId, "R" + id)
                .Set(Tags.ScheduledProcedureStepId, "S" + id))
            .Set(Tags.PatientName, "SHARMA^RAHUL^KUMAR^^MR")
            .Set(Tags.PatientId, "P" + id)
            .Set(Tags.PatientBirthDate, "19800203")
            .Set(Tags.PatientSex, "M")
            .Set(Tags.PerformedProcedureStepId, "PP" + id)
            .Set(Tags.PerformedStationAeTitle, "CT1")
            .Set(Tags.PerformedProcedureStepStartDate, "20260310")
            .Set(Tags.PerformedProcedureStepStartTime, "0935")
            .Set(Tags.PerformedProcedureStepStatus, "IN PROGRESS")
            .Set(Tags.Modality, "CT")
            .SetEmpty(Tags.PerformedSeriesSequence);
    }

    private static DataSet Completed(int number) => new DataSet()
        .Set(Tags.PerformedProcedureStepStatus, "COMPLETED")
        .Set(Tags.PerformedProcedureStepEndDate, "20260310")
        .Set(Tags.PerformedProcedureStepEndTime, "0955")
        .SetSequence(Tags.PerformedSeriesSequence, new DataSet()
            .Set(Tags.SeriesInstanceUid, string.Create(CultureInfo.InvariantCulture, $"1.2.826.0.1.3680043.10.3.{number}"))
            .Set(Tags.ProtocolName, "CHEST")
            .SetEmpty(Tags.OperatorsName));
}
