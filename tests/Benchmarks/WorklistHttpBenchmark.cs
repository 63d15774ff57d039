using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Benchmarks;

/// <summary>Searches of the worklist over HTTP (PS3.18 chapter 14) that answer ten entries each; clients and engine in this process.</summary>
internal static class WorklistHttpBenchmark
{
    private const int Clients = 16;
    private const int Patients = 200;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report)
    {
        using var folder = new DataFolder();
        var settings = folder.Settings();
        settings.Http.Port = 0;
        await using var app = WebHost.Create(settings, NullLoggerFactory.Instance);
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        WebHost.Map(app, engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, CancellationToken.None);
        await OrderLoad.SendAsync(engine.MllpListeners[0].EndPoint, Patients * 10, Patients);
        var endPoint = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority);
        static string Path(int turn) => string.Create(
            CultureInfo.InvariantCulture, $"/dicomweb/modality-scheduled-procedure-steps?PatientID=P{-1 - (turn % Patients):D8}");
        using (var http = new HttpClient())
        {
            var rows = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{endPoint}{Path(0)}")))!.AsArray().Count;
            if (rows != 10) throw new InvalidOperationException($"{rows} entries were found, not ten.");
        }

        await HttpLoad.RunAsync(endPoint, Clients, Path, WarmUp);
        var load = await HttpLoad.RunAsync(endPoint, Clients, Path, Duration);
        report.Add("worklist over HTTP, searches that answer ten entries", string.Create(CultureInfo.InvariantCulture, $"{load.Rate:N0}/s"), "≥ 8,000/s");
    }
}
