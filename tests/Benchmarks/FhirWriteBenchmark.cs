using System.Diagnostics;
using System.Net;
using CloudPacs.Fhir.Validation;
using CloudPacs.Integration.Fhir;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Benchmarks;

/// <summary>Writes at the FHIR endpoint, durable each.</summary>
internal static class FhirWriteBenchmark
{
    private const int Clients = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(Report report, IPEndPoint endPoint)
    {
        var rate = await CreateAsync(endPoint);
        report.Add($"durable create of a 1.6 KB resource, {Clients} clients", $"{rate.Rate:N0}/s, 99 % {rate.P99Ms:0.0} ms", "≥ 2,500/s");
        await AddBundlesAsync(report, endPoint);
        await AddCommitsAsync(report);
    }

    private static async Task<HttpRate> CreateAsync(IPEndPoint endPoint)
    {
        await HttpLoad.RunAsync(endPoint, Clients, turn => FhirStudies.Create(endPoint, turn), WarmUp);
        return await HttpLoad.RunAsync(endPoint, Clients, turn => FhirStudies.Create(endPoint, turn), Duration);
    }

    private static async Task AddBundlesAsync(Report report, IPEndPoint endPoint)
    {
        const int Bundles = 200, Entries = 500, Senders = 4;
        var started = Stopwatch.GetTimestamp();
        var next = -1;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{endPoint}") };
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is < Bundles and var bundle)
            {
                using var body = new ByteArrayContent(FhirStudies.Bundle(bundle, Entries));
                body.Headers.ContentType = new("application/fhir+json");
                using var answer = await http.PostAsync(new Uri("/fhir", UriKind.Relative), body);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        })));
        report.Add("100,000 resources in transactions of 500, validated and durable", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s", "≤ 8 s");
    }

    /// <summary>The same engine, and one that commits each request by itself, over many connections: both empty.</summary>
    private static async Task AddCommitsAsync(Report report)
    {
        HttpRate one, grouped;
        await using (var site = await FhirSite.StartAsync(static settings => (settings.Database.Writers, settings.Database.BatchLimit) = (32, 1)))
            one = await CreateAsync(site.EndPoint);
        await using (var site = await FhirSite.StartAsync(static _ => { }))
            grouped = await CreateAsync(site.EndPoint);
        report.Add(
            $"durable create, {Clients} clients, beside one commit a request over 32 connections",
            $"{grouped.Rate:N0}/s, beside {one.Rate:N0}/s: {grouped.Rate / one.Rate:0.0} x", "≥ 1.5 x");
    }

    /// <summary>What is done with the bytes of a resource before it is stored, by one thread.</summary>
    public static void AddValues(Report report)
    {
        const int Turns = 50_000;
        var index = new FhirIndex(Guid.Empty, null, TimeZoneInfo.Utc);
        var content = FhirStudies.Study(7, 1000);
        var row = new FhirResourceRow { Type = "ImagingStudy", Id = FhirStudies.StudyId(7), Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = content };
        index.Remember(index.Of(row)!.Texts.Select(static text => text.Key));
        var (validation, values) = (TimeOf(() => FhirValidator.Validate(content)), TimeOf(() => index.Of(row)));
        report.Add(
            $"validation and search values of a study of {content.Length:N0} bytes",
            $"{validation + values:0.0} µs: {validation:0.0} µs and {values:0.0} µs", "≤ 10 µs");

        static double TimeOf(Func<object?> work)
        {
            for (var i = 0; i < Turns; i++) work();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Turns; i++) work();
            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Turns;
        }
    }
}
