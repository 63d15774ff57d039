using System.Globalization;
using CloudPacs.Integration.Fhir;
using Npgsql;

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

    /// <param name="report">Gets what was measured.</param>
    /// <param name="studies">How many studies there are.</param>
    /// <param name="only">Of the reads those that have this in their names, and no writes; null for all.</param>
    public static async Task RunAsync(Report report, int studies, string? only)
    {
        await using var site = await FhirSite.StartAsync(
            static _ => { }, async (app, database) => new SqlFloor(database, (await IndexAsync(database)).Keys).Map(app, FhirStudies.Study(7, studies)));
        var database = site.Database;
        var loaded = await FhirStudies.LoadAsync(database, studies, IndexAsync);
        var size = studies.ToString("N0", CultureInfo.InvariantCulture);
        report.Add($"{size} studies and {studies / FhirStudies.StudiesOfPatient:N0} patients stored with their search values", $"{loaded.TotalSeconds:0.0} s, {studies * 1.1 / loaded.TotalSeconds:N0}/s", "");
        await using (var analyze = database.CreateCommand("VACUUM ANALYZE")) await analyze.ExecuteNonQueryAsync();

        var load = new Comparison(report, site, size, only);
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
        await load.AddAsync("common status, sorted by date", static _ => "/fhir/ImagingStudy?status=available&_sort=-started&_count=20", plain);
        await load.AddAsync("common status, newest first", static _ => "/fhir/ImagingStudy?status=available&_count=20", plain);
        if (only is not null) return;
        GC.Collect();
        report.Add("memory of engine and clients together after it, managed and in all", $"{GC.GetTotalMemory(true) / 1048576:N0} MB, {Environment.WorkingSet / 1048576:N0} MB", "≤ 300 MB");
        await FhirWriteBenchmark.RunAsync(report, site.EndPoint);
    }

    /// <summary>A number that jumps through all: none is asked for again soon.</summary>
    private static int Spread(int turn, int count) => (int)((uint)turn * 2654435761L % count);

    private static async Task<FhirIndex> IndexAsync(NpgsqlDataSource database)
    {
        await using var read = database.CreateCommand("SELECT namespace FROM installation");
        return new FhirIndex((Guid)(await read.ExecuteScalarAsync())!, null, TimeZoneInfo.Utc);
    }

    /// <summary>Loads that are compared.</summary>
    private sealed class Comparison(Report report, FhirSite site, string size, string? only)
    {
        private const int TurnsOfLoad = 50_021;
        private int _loads;

        public async Task<double> AddAsync(string what, Func<int, string> path, string beside, Func<int, string> other, string goal)
        {
            if (!IsWanted(what)) return double.NaN;
            await MeasureAsync(path, WarmUp);
            await MeasureAsync(other, WarmUp / 2);
            var (first, second) = (await MeasureAsync(other, Duration), await MeasureAsync(path, Duration));
            report.Add(
                $"{what}, {size} studies, beside {beside}",
                $"{second.Rate:N0}/s, median {second.MedianMs:0.00} ms, 99 % {second.P99Ms:0.0} ms, CPU {second.CpuMs:0.000} ms, beside {first.Rate:N0}/s, 99 % {first.P99Ms:0.0} ms, CPU {first.CpuMs:0.000} ms: {second.Rate / first.Rate:0.00} x", goal);
            return second.Rate;
        }

        public async Task AddAsync(string what, Func<int, string> path, double plain)
        {
            if (!IsWanted(what)) return;
            await MeasureAsync(path, WarmUp / 2);
            var rate = await MeasureAsync(path, Duration);
            report.Add($"{what}, {size} studies", $"{rate.Rate:N0}/s, 99 % {rate.P99Ms:0.0} ms, CPU {rate.CpuMs:0.000} ms; takes {plain / rate.Rate:0.0} x the plain search", "≤ 3 x");
        }

        private bool IsWanted(string what) => only is null || what.Contains(only, StringComparison.Ordinal);

        /// <summary>The rate of a load, with the CPU time of clients, engine and database that a request takes.</summary>
        private async Task<(double Rate, double MedianMs, double P99Ms, double CpuMs)> MeasureAsync(Func<int, string> path, TimeSpan duration)
        {
            // No load asks for what the one before it asked for.
            var first = _loads++ * TurnsOfLoad;
            var before = site.CpuTime();
            var rate = await HttpLoad.RunAsync(site.EndPoint, Clients, turn => path(first + turn), duration, Json);
            return (rate.Rate, rate.MedianMs, rate.P99Ms, (site.CpuTime() - before).TotalMilliseconds / rate.Count);
        }
    }
}
