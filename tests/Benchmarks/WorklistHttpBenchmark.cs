using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
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
        WebHost.Map(app, engine, TimeProvider.System);
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

        await RateAsync(endPoint, Path, WarmUp);
        var rate = await RateAsync(endPoint, Path, Duration);
        report.Add("worklist over HTTP, searches that answer ten entries", string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s"), "≥ 8,000/s");
    }

    private static async Task<double> RateAsync(IPEndPoint endPoint, Func<int, string> path, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endPoint);
            var answer = new byte[64 * 1024];
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < duration; count++)
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path((client * 7) + count)} HTTP/1.1\r\nHost: {endPoint}\r\nAccept: application/dicom+json\r\n\r\n"));
                await ReadAnswerAsync(socket, answer);
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Reads an answer of HTTP/1.1 to its end, by its length or its last chunk (RFC 9112 6.3).</summary>
    private static async Task ReadAnswerAsync(Socket socket, byte[] answer)
    {
        var length = 0;
        var end = -1;
        while (end < 0 || length < end)
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(length));
            if (count == 0) throw new IOException("The engine closed the connection.");
            length += count;
            end = EndOf(answer.AsSpan(0, length));
        }

        if (!answer.AsSpan().StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, length));
    }

    /// <summary>Where the answer ends; -1 = not known yet.</summary>
    private static int EndOf(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return -1;
        var field = received[..head].IndexOf("Content-Length: "u8);
        if (field >= 0 && Utf8Parser.TryParse(received[(field + 16)..], out int body, out _)) return head + 4 + body;
        return received.EndsWith("\r\n0\r\n\r\n"u8) ? received.Length : -1;
    }
}
