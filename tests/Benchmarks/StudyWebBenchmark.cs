using System.Diagnostics;
using System.Globalization;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Store.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Benchmarks;

/// <summary>Studies over HTTP: searched among a million, fetched beside a web server that sends the same file, and told as ImagingStudy.</summary>
internal static class StudyWebBenchmark
{
    private const int Studies = 1_000_000;
    private const int Clients = 8;
    private const int SeriesLength = 1000;
    private const int LongSeries = 3000;
    private const int Told = 200;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        settings.Http.Port = 0;
        await using var app = WebHost.Create(settings, NullLoggerFactory.Instance);
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        WebHost.Map(app, engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, CancellationToken.None);
        var web = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority);
        await using var modality = await ConnectAsync(engine.DicomServers[0].EndPoint);
        await MeasureFetchAsync(report, web, modality);
        await MeasureMetadataAsync(report, web, modality);
        await using var database = NpgsqlDataSource.Create(EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = settings.Data }));
        await MeasureTellingAsync(report, web, modality, database);
        await MeasureAddingAsync(report, folder, modality);
        await FillAsync(database);
        await MeasureSearchAsync(report, web);
    }

    private static async Task MeasureSearchAsync(Report report, IPEndPoint web)
    {
        static string Path(int turn) => string.Create(CultureInfo.InvariantCulture, $"/dicomweb/studies?PatientID=F{turn * 7919L % Studies:D7}");
        await HttpLoad.RunAsync(web, Clients, Path, WarmUp);
        var load = await HttpLoad.RunAsync(web, Clients, Path, Duration);
        report.Add("search of studies by patient over HTTP, among 1,000,000", string.Create(
            CultureInfo.InvariantCulture, $"{load.Rate:N0}/s, 99 % {load.P99Ms:0.0} ms"), "≥ 3,000/s, 99 % ≤ 5 ms");
    }

    private static async Task MeasureFetchAsync(Report report, IPEndPoint web, DicomClient modality)
    {
        var images = new StudyImages(512 * 1024, sender: 50);
        await images.StoreAsync(modality, 0);
        var (instance, study) = images.Number(0);
        var path = $"/dicomweb/studies/{StudyImages.StudyUid(study)}/series/{StudyImages.StudyUid(study)}.1/instances/{StudyImages.InstanceUid(instance)}";
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[images.Bytes]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var plain = builder.Build();
        plain.Run(context =>
        {
            context.Response.ContentLength = images.Bytes;
            return context.Response.SendFileAsync(file);
        });
        await plain.StartAsync();
        var other = IPEndPoint.Parse(new Uri(plain.Urls.First()).Authority);
        const string Accept = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
        await HttpLoad.RunAsync(other, Clients, _ => "/", WarmUp / 2);
        var sent = await HttpLoad.RunAsync(other, Clients, _ => "/", Duration);
        await HttpLoad.RunAsync(web, Clients, _ => path, WarmUp, Accept);
        var fetched = await HttpLoad.RunAsync(web, Clients, _ => path, Duration, Accept);
        report.Add("Kestrel sends a file of 512 KiB", string.Create(CultureInfo.InvariantCulture, $"{sent.Rate:N0}/s"), "baseline");
        report.Add("WADO-RS of an instance of 512 KiB", string.Create(CultureInfo.InvariantCulture, $"{fetched.Rate:N0}/s, {fetched.Rate / sent.Rate:0.00} x"), "≥ 0.7 x");
        File.Delete(file);
    }

    private static async Task MeasureMetadataAsync(Report report, IPEndPoint web, DicomClient modality)
    {
        var images = new StudyImages(1024, sender: 51, SeriesLength);
        for (var i = 0; i < SeriesLength; i++) await images.StoreAsync(modality, i);
        var study = StudyImages.StudyUid(images.Number(0).Study);
        string Path(int turn) => $"/dicomweb/studies/{study}/series/{study}.1/metadata";
        await HttpLoad.RunAsync(web, 1, Path, WarmUp / 2);
        var load = await HttpLoad.RunAsync(web, 1, Path, Duration / 2);
        report.Add("metadata of a series of 1,000 instances", string.Create(
            CultureInfo.InvariantCulture, $"median {load.MedianMs:0.0} ms, 99 % {load.P99Ms:0.0} ms"), "≤ 20 ms");
    }

    /// <summary>From the answer to the C-STORE of a study's first image until its ImagingStudy has been read.</summary>
    private static async Task MeasureTellingAsync(Report report, IPEndPoint web, DicomClient modality, NpgsqlDataSource database)
    {
        var images = new StudyImages(1024, sender: 52, seriesLength: 1);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{web}") };
        var times = new List<double>();
        for (var i = 0; i < 2 * Told; i++)
        {
            await images.StoreAsync(modality, i);
            var answered = Stopwatch.GetTimestamp();
            await using var find = database.CreateCommand("SELECT id FROM study WHERE study_instance_uid = $1");
            find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StudyImages.StudyUid(images.Number(i).Study) });
            await http.GetByteArrayAsync(new Uri($"/fhir/ImagingStudy/{await find.ExecuteScalarAsync()}", UriKind.Relative));
            if (i >= Told) times.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }

        times.Sort();
        report.Add("a study's first image, once answered, is read as ImagingStudy", string.Create(
            CultureInfo.InvariantCulture, $"median {times[Told / 2]:0.0} ms, 99 % {times[(int)(Told * 0.99)]:0.0} ms"), "99 % ≤ 20 ms");
    }

    /// <summary>What one more instance of a long study costs all of the server.</summary>
    private static async Task MeasureAddingAsync(Report report, DataFolder folder, DicomClient modality)
    {
        var images = new StudyImages(1024, sender: 53, LongSeries + Told);
        for (var i = 0; i < LongSeries; i++) await images.StoreAsync(modality, i);
        var (engine, postgres) = (Environment.CpuUsage.TotalTime, folder.PostgresTime());
        for (var i = LongSeries; i < LongSeries + Told; i++) await images.StoreAsync(modality, i);
        var (engineMs, postgresMs) = ((Environment.CpuUsage.TotalTime - engine).TotalMilliseconds / Told, (folder.PostgresTime() - postgres).TotalMilliseconds / Told);
        report.Add("one more instance of a study of 3,000", string.Create(
            CultureInfo.InvariantCulture, $"CPU: engine with modality {engineMs:0.00} ms, PostgreSQL {postgresMs:0.00} ms"), "≤ 1 ms");
    }

    private static Task<DicomClient> ConnectAsync(IPEndPoint endPoint) => DicomClient.ConnectAsync(
        new DicomClientOptions
        {
            Host = endPoint.Address.ToString(), Port = endPoint.Port, CallingAe = "CT1", CalledAe = "CLOUDPACS",
            Contexts = [new ProposedContext(Uids.SecondaryCaptureImageStorage, TransferSyntax.ExplicitVrLittleEndian)],
        },
        TimeProvider.System, CancellationToken.None);

    /// <summary>Copies of a stored study under names and patients of their own.</summary>
    private static async Task FillAsync(NpgsqlDataSource database)
    {
        await ExecuteAsync(
            """
            INSERT INTO study (id, study_instance_uid, state, patient_id_value, numbers, sender, flags, received_at, patient_name, study_date, study_time, attributes)
            SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '1.2.826.0.1.3680043.10.2.10.' || n, s.state, 'F' || lpad(n::text, 7, '0'), '{}', s.sender,
                s.flags, s.received_at, 'FILLED^' || n, date '2020-01-01' + (n % 2000), s.study_time, s.attributes
            FROM generate_series(0, $1 - 1) AS n, (SELECT * FROM study LIMIT 1) AS s
            """, Studies);
        await ExecuteAsync(
            """
            INSERT INTO series (id, study_id, series_instance_uid, modality, number, instances, told, attributes)
            SELECT ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                '1.2.826.0.1.3680043.10.2.10.' || n || '.1', e.modality, e.number, 1, 1, e.attributes
            FROM generate_series(0, $1 - 1) AS n, (SELECT * FROM series LIMIT 1) AS e
            """, Studies);
        await ExecuteAsync("VACUUM ANALYZE study, series");

        async Task ExecuteAsync(string sql, int? count = null)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 600;
            if (count is { } number) command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
            await command.ExecuteNonQueryAsync();
        }
    }
}
