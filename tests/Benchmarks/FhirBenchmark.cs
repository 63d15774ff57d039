using System.Diagnostics;
using System.Globalization;
using System.Net;
using CloudPacs.Fhir.Search;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Hosting;
using CloudPacs.Store.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Benchmarks;

/// <summary>
/// The FHIR endpoint over many studies, beside what the same Kestrel and the same database do without it; clients and engine in this process.
/// </summary>
internal static class FhirBenchmark
{
    private const int Clients = 16;
    private const string Json = "application/fhir+json";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(Report report, int studies)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        settings.Http.Port = 0;
        await using var app = WebHost.Create(settings, NullLoggerFactory.Instance);
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await using var database = NpgsqlDataSource.Create(
            EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = settings.Data }) + ";Maximum Pool Size=32;Max Auto Prepare=20;Auto Prepare Min Usages=2");
        var floor = new SqlFloor(database, (await IndexAsync(database)).Keys);
        floor.Map(app, FhirStudies.Study(7, studies));
        WebHost.Map(app, engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, CancellationToken.None);
        var endPoint = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority);

        var loaded = await FhirStudies.LoadAsync(database, studies, IndexAsync);
        var size = studies.ToString("N0", CultureInfo.InvariantCulture);
        report.Add($"{size} studies and {studies / FhirStudies.StudiesOfPatient:N0} patients stored with their search values", $"{loaded.TotalSeconds:0.0} s, {studies * 1.1 / loaded.TotalSeconds:N0}/s", "");
        await using (var analyze = database.CreateCommand("VACUUM ANALYZE")) await analyze.ExecuteNonQueryAsync();

        var load = new Comparison(report, endPoint, size);
        await load.AddAsync("hot read", _ => "/fhir/ImagingStudy/" + FhirStudies.StudyId(7), "a fixed byte array", static _ => "/floor/bytes", "≥ 0.7 x");
        await load.AddAsync(
            "cold read", turn => "/fhir/ImagingStudy/" + FhirStudies.StudyId(Spread(turn, studies)), "the row's bytes by Npgsql",
            turn => "/floor/read/" + FhirStudies.StudyId(Spread(turn, studies)), "≥ 0.9 x");
        var plain = await load.AddAsync(
            "search by accession number", turn => $"/fhir/ImagingStudy?identifier=http://his.example/accession|A{Spread(turn, studies)}",
            "the bare statement", turn => $"/floor/accession/A{Spread(turn, studies)}", "≥ 0.9 x, 99 % ≤ 5 ms");
        await load.AddAsync(
            "search by patient", turn => $"/fhir/ImagingStudy?patient=Patient/{FhirStudies.PatientId(Spread(turn, studies / 10))}",
            "the bare statement", turn => $"/floor/patient/{FhirStudies.PatientId(Spread(turn, studies / 10))}", "≥ 0.9 x, 99 % ≤ 5 ms");
        var patient = (int turn) => FhirStudies.PatientNumber(Spread(turn, studies / 10));
        var accession = (int turn) => "http://his.example/accession|A" + Spread(turn, studies).ToString(CultureInfo.InvariantCulture);
        await load.AddAsync("_include", turn => $"/fhir/ImagingStudy?identifier={accession(turn)}&_include=ImagingStudy:patient", plain);
        await load.AddAsync("OR of four tokens", turn => $"/fhir/ImagingStudy?identifier={accession(turn)},{accession(turn + 1)},{accession(turn + 2)},{accession(turn + 3)}", plain);
        await load.AddAsync("chain", turn => $"/fhir/ImagingStudy?patient.identifier=http://his.example/mrn|{patient(turn)}", plain);
        await load.AddAsync("_has", turn => $"/fhir/Patient?_has:ImagingStudy:patient:identifier={accession(turn)}", plain);
        await load.AddAsync("chain by name", turn => $"/fhir/ImagingStudy?patient.family=family{Spread(turn, studies / 10)}", plain);
        await load.AddAsync("name", turn => $"/fhir/Patient?family=family{Spread(turn, studies / 10)}", plain);
        await load.AddAsync("patient and date", turn => $"/fhir/ImagingStudy?patient=Patient/{FhirStudies.PatientId(Spread(turn, studies / 10))}&started=ge2026-01-02", plain);
        await load.AddAsync("status and modality of the last hour, sorted", turn => $"/fhir/ImagingStudy?status=available&modality=CT&started=ge{FhirStudies.Last(studies).AddHours(-1):yyyy-MM-ddTHH:mm:ss}Z&_sort=-started&_count=20", plain);
        await load.AddAsync("common status, newest first", static _ => "/fhir/ImagingStudy?status=available&_count=20", plain);
        GC.Collect();
        report.Add("memory of engine and clients together after it, managed and in all", $"{GC.GetTotalMemory(true) / 1048576:N0} MB, {Environment.WorkingSet / 1048576:N0} MB", "≤ 300 MB");
        await AddCreatesAsync(report, endPoint);
    }

    /// <summary>New devices from 64 clients, durable each.</summary>
    private static async Task AddCreatesAsync(Report report, IPEndPoint endPoint)
    {
        await HttpLoad.RunAsync(endPoint, 64, turn => FhirStudies.Create(endPoint, turn), WarmUp);
        var rate = await HttpLoad.RunAsync(endPoint, 64, turn => FhirStudies.Create(endPoint, turn), Duration);
        report.Add("durable create of a 1.6 KB resource, 64 clients", $"{rate.Rate:N0}/s, 99 % {rate.P99Ms:0.0} ms", "≥ 2,500/s");
        var started = Stopwatch.GetTimestamp();
        const int Bundles = 200, Entries = 500;
        var next = -1;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{endPoint}") };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is < Bundles and var bundle)
            {
                using var body = new ByteArrayContent(FhirStudies.Bundle(bundle, Entries));
                body.Headers.ContentType = new(Json);
                using var answer = await http.PostAsync(new Uri("/fhir", UriKind.Relative), body);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        })));
        report.Add("100,000 resources in transactions of 500, validated and durable", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s", "≤ 8 s");
    }

    /// <summary>A number that jumps through all: none is asked for again soon.</summary>
    private static int Spread(int turn, int count) => (int)((uint)turn * 2654435761L % count);

    private static async Task<FhirIndex> IndexAsync(NpgsqlDataSource database)
    {
        await using var read = database.CreateCommand("SELECT namespace FROM installation");
        return new FhirIndex((Guid)(await read.ExecuteScalarAsync())!, null, TimeZoneInfo.Utc);
    }

    /// <summary>Loads that are compared.</summary>
    private sealed class Comparison(Report report, IPEndPoint endPoint, string size)
    {
        public async Task<double> AddAsync(string what, Func<int, string> path, string beside, Func<int, string> other, string goal)
        {
            await MeasureAsync(path, WarmUp);
            await MeasureAsync(other, WarmUp / 2);
            var (first, second) = (await MeasureAsync(other, Duration), await MeasureAsync(path, Duration));
            report.Add(
                $"{what}, {size} studies, beside {beside}",
                $"{second.Rate:N0}/s, median {second.MedianMs:0.00} ms, 99 % {second.P99Ms:0.0} ms, beside {first.Rate:N0}/s: {second.Rate / first.Rate:0.00} x", goal);
            return second.Rate;
        }

        public async Task AddAsync(string what, Func<int, string> path, double plain)
        {
            await MeasureAsync(path, WarmUp / 2);
            var rate = await MeasureAsync(path, Duration);
            report.Add($"{what}, {size} studies", $"{rate.Rate:N0}/s, 99 % {rate.P99Ms:0.0} ms; takes {plain / rate.Rate:0.0} x the plain search", "≤ 3 x");
        }

        private Task<HttpRate> MeasureAsync(Func<int, string> path, TimeSpan duration) => HttpLoad.RunAsync(endPoint, Clients, path, duration, Json);
    }

    /// <summary>What has to be done at the least: a route, a statement, its bytes.</summary>
    private sealed class SqlFloor(NpgsqlDataSource database, Fhir.Search.Indexing.IndexKeys keys)
    {
        private const string Find =
            """
            SELECT r.content FROM (SELECT type, id FROM fhir_index WHERE keys @> $1 OFFSET 0) i
            JOIN fhir_resource r ON r.type = i.type AND r.id = i.id
            """;

        public void Map(WebApplication app, byte[] fixedBytes)
        {
            app.MapGet("/floor/bytes", context => AnswerAsync(context, fixedBytes));
            app.MapGet("/floor/read/{id}", async context => await AnswerAsync(
                context, await RunAsync("SELECT content FROM fhir_resource WHERE type = 'ImagingStudy' AND id = $1", new NpgsqlParameter<string> { TypedValue = (string)context.Request.RouteValues["id"]! })));
            app.MapGet("/floor/accession/{number}", async context => await AnswerAsync(
                context, await RunAsync(Find, Key("identifier", keys.CodeOf("http://his.example/accession", (string)context.Request.RouteValues["number"]!)))));
            app.MapGet("/floor/patient/{id}", async context => await AnswerAsync(
                context, await RunAsync(Find, Key("patient", keys.Reference("Patient/" + context.Request.RouteValues["id"])))));
        }

        private NpgsqlParameter<long[]> Key(string code, long value)
        {
            var path = ParameterSet.Standard.Find("ImagingStudy", code)!.Paths[0];
            return new NpgsqlParameter<long[]> { TypedValue = [keys.Place("ImagingStudy", path) ^ value], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
        }

        private static Task AnswerAsync(HttpContext context, byte[] body)
        {
            context.Response.ContentType = Json;
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        }

        private async Task<byte[]> RunAsync(string sql, NpgsqlParameter parameter)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(parameter);
            await using var reader = await command.ExecuteReaderAsync();
            var all = new MemoryStream();
            while (await reader.ReadAsync()) all.Write(reader.GetFieldValue<byte[]>(0));
            return all.Length == 0 ? throw new InvalidOperationException("Nothing was found.") : all.ToArray();
        }
    }
}
