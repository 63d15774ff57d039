using System.Diagnostics;
using System.Globalization;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>C-FIND by accession number over one association, client and server in this process, at growing sizes of the list.</summary>
internal static class WorklistBenchmark
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Report report)
    {
        var rates = new Dictionary<int, double>();
        foreach (var size in (int[])[100, 10_000, 1_000_000])
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var index = Fill(size);
            var bytesPerEntry = (GC.GetTotalMemory(forceFullCollection: true) - before) / size;
            rates[size] = await MeasureAsync(index, size);
            if (size == 10_000) report.Add("C-FIND by accession, 10,000 entries, one association", Rate(rates[size]), "≥ 5,000/s");
            if (size == 1_000_000)
            {
                report.Add("the same at 1,000,000 entries", string.Create(CultureInfo.InvariantCulture, $"{Rate(rates[size])}, {rates[100] / rates[size]:0.00} x the time at 100 entries ({Rate(rates[100])})"), "≤ 1.5 x");
                report.Add("a new entry visible after its commit, at 1,000,000 entries", Visible(index), "≤ 5 ms");
                report.Add("memory of a worklist entry, at 1,000,000 entries", string.Create(CultureInfo.InvariantCulture, $"{bytesPerEntry:N0} bytes"), "≤ 2,500 bytes");
                foreach (var (name, query) in Wide()) report.Add($"search at 1,000,000 entries, {name}", Wide(index, query), "bounded by the answer limit, on a thread of its own");
            }
        }
    }

    public static WorklistIndex Fill(int size)
    {
        var index = new WorklistIndex();
        index.Reset(Enumerable.Range(0, size).Select(Entry), revision: 0);
        return index;
    }

    public static WorklistEntry Entry(int number)
    {
        var id = number.ToString("D8", CultureInfo.InvariantCulture);
        var patient = Attributes.Encode(new DataSet().Set(Tags.PatientName, $"NAME{id}^GIVEN").Set(Tags.PatientId, "P" + id).Set(Tags.PatientBirthDate, "19800203").Set(Tags.PatientSex, "M"));
        return new WorklistEntry
        {
            StepRowId = new Guid(number, 1, 0, new byte[8]), PatientRowId = new Guid(number, 2, 0, new byte[8]),
            AccessionNumber = "A" + id, StudyInstanceUid = $"1.2.826.0.1.3680043.10.1.{number}", RequestedProcedureId = "R" + id, StepId = "S" + id,
            Modality = "CT", StationAeTitles = [$"CT{number % 50}"], Offset = TimeSpan.Zero, Start = new DateTime(2026, 3, 10, 8, 0, 0, DateTimeKind.Unspecified).AddMinutes(number % 5000),
            State = StepState.Scheduled, KeepVisible = TimeSpan.FromDays(36500),
            Patient = new PatientPart(new Guid(number, 2, 0, new byte[8]), "P" + id, [$"NAME{id}^GIVEN"], patient),
            ProcedureAttributes = Attributes.Encode(new DataSet().Set(Tags.RequestedProcedureDescription, "CT Chest with contrast").Set(Tags.RequestedProcedurePriority, "ROUTINE")
                .Set(Tags.RequestingPhysician, "IYER^SURESH^^DR").Set(Tags.PlacerOrderNumberImagingServiceRequest, "O" + id)),
            StepAttributes = Attributes.Encode(new DataSet().Set(Tags.ScheduledProcedureStepDescription, "CT CHEST W IV CONTRAST")),
        };
    }

    /// <summary>A modality's usual keys, with one accession number.</summary>
    public static DataSet Query(string accession)
    {
        var keys = new DataSet().Set(Tags.AccessionNumber, accession);
        foreach (var tag in (Tag[])[Tags.PatientName, Tags.PatientId, Tags.PatientBirthDate, Tags.PatientSex, Tags.StudyInstanceUid, Tags.RequestedProcedureId, Tags.RequestedProcedureDescription, Tags.ReferringPhysicianName])
            keys.SetEmpty(tag);
        var step = new DataSet();
        foreach (var tag in (Tag[])[Tags.Modality, Tags.ScheduledStationAeTitle, Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime, Tags.ScheduledProcedureStepId, Tags.ScheduledProcedureStepDescription])
            step.SetEmpty(tag);
        return keys.SetSequence(Tags.ScheduledProcedureStepSequence, step);
    }

    public static async Task<double> RateAsync(IPEndPoint endPoint, string called, Func<int, string> accession, TimeSpan duration)
    {
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = endPoint.Address.ToString(), Port = endPoint.Port, CallingAe = "CT1", CalledAe = called, ResponseTimeout = TimeSpan.FromMinutes(2),
            Contexts = [ProposedContext.LittleEndian(Uids.ModalityWorklistFind)],
        }, TimeProvider.System, CancellationToken.None);
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < duration || count == 0)
        {
            var matches = 0;
            await foreach (var _ in client.FindAsync(Uids.ModalityWorklistFind, Query(accession(count)), CancellationToken.None)) matches++;
            if (matches != 1) throw new InvalidOperationException($"{called} returned {matches} entries for one accession number.");
            count++;
        }

        var rate = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await client.ReleaseAsync(CancellationToken.None);
        return rate;
    }

    public static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s");

    private static async Task<double> MeasureAsync(WorklistIndex index, int size)
    {
        var settings = new EngineSettings();
        var stations = new StationDirectory(settings);
        var service = new WorklistFindService(index, stations, new LastQueries(TimeProvider.System), new SiteClock(TimeProvider.System, TimeZoneInfo.Utc), NullLogger<WorklistFindService>.Instance);
        await using var server = new DicomServer(
            new DicomServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) },
            new Dictionary<string, IDimseService> { [Uids.ModalityWorklistFind] = service }, stations, null, TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        var random = new Random(1);
        string Accession(int _) => "A" + random.Next(size).ToString("D8", CultureInfo.InvariantCulture);
        await RateAsync(server.EndPoint, "CLOUDPACS", Accession, TimeSpan.FromSeconds(2));
        return await RateAsync(server.EndPoint, "CLOUDPACS", Accession, Duration);
    }

    private static IEnumerable<(string Name, DataSet Query)> Wide()
    {
        yield return ("all keys universal", Query(""));
        yield return ("name *SMITH* that nobody has", Query("").Set(Tags.PatientName, "*SMITH*"));
        yield return ("name *7^GIVEN", Query("").Set(Tags.PatientName, "*7^GIVEN"));
        yield return ("a modality that nobody has", Query("").SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "MR")));
        yield return ("one station", Query("").SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.ScheduledStationAeTitle, "CT7")));
        yield return ("a description that nobody has", Query("").Set(Tags.RequestedProcedureDescription, "*MR*"));
    }

    private static string Wide(WorklistIndex index, DataSet query)
    {
        var parsed = WorklistQuery.Parse(query, new StationProfile("CT1", null, new EngineSettings()));
        var started = Stopwatch.GetTimestamp();
        var found = index.Current.Search(parsed, DateTime.UnixEpoch, limit: 501);
        return string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:N0} ms, {found.Count} answers");
    }

    private static string Visible(WorklistIndex index)
    {
        var worst = TimeSpan.Zero;
        var profile = new StationProfile("CT1", null, new EngineSettings());
        for (var i = 0; i < 200; i++)
        {
            var entry = Entry(2_000_000 + i);
            var started = Stopwatch.GetTimestamp();
            index.Apply([entry], [], []);
            var found = index.Current.Search(WorklistQuery.Parse(Query(entry.AccessionNumber), profile), DateTime.UnixEpoch, limit: 2);
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (found.Count != 1) throw new InvalidOperationException("The new entry was not found.");
            if (i >= 20 && elapsed > worst) worst = elapsed;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{worst.TotalMilliseconds:0.00} ms at worst of 180");
    }
}
