using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPacs.Benchmarks;

/// <summary>Clients that ask one thing after the other over HTTP/1.1, with as little work of their own as can be.</summary>
internal static class HttpLoad
{
    /// <summary>How far the turns of a client are from those of the next, also where turns go round in tens or thousands.</summary>
    private const int ClientTurns = 1_003_001;

    /// <param name="endPoint">Who is asked.</param>
    /// <param name="clients">How many connections ask side by side.</param>
    /// <param name="path">What is asked in each turn.</param>
    /// <param name="duration">How long.</param>
    /// <param name="accept">What they take.</param>
    public static Task<HttpRate> RunAsync(
        IPEndPoint endPoint, int clients, Func<int, string> path, TimeSpan duration, string accept = "application/dicom+json") => RunAsync(
            endPoint, clients, turn => Encoding.ASCII.GetBytes($"GET {path(turn)} HTTP/1.1\r\nHost: {endPoint}\r\nAccept: {accept}\r\n\r\n"), duration);

    /// <param name="endPoint">Who is asked.</param>
    /// <param name="clients">How many connections ask side by side.</param>
    /// <param name="request">What is sent in each turn.</param>
    /// <param name="duration">How long.</param>
    public static async Task<HttpRate> RunAsync(IPEndPoint endPoint, int clients, Func<int, byte[]> request, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endPoint);
            var answer = new byte[2 * 1024 * 1024];
            var took = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var asked = Stopwatch.GetTimestamp();
                await socket.SendAsync(request((client * ClientTurns) + took.Count));
                await ReadAnswerAsync(socket, answer);
                took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return took;
        })));
        double[] all = [.. times.SelectMany(static one => one).Order()];
        return new HttpRate(all.Length, all.Length / Stopwatch.GetElapsedTime(started).TotalSeconds, all[all.Length / 2], all[(int)(all.Length * 0.99)]);
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
            if (end < 0) end = EndOf(answer.AsSpan(0, length));
        }

        if (!answer.AsSpan().StartsWith("HTTP/1.1 20"u8)) throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, Math.Min(length, 1000)));
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

/// <summary>How many answers, in all and a second, and how long one took in milliseconds.</summary>
internal sealed record HttpRate(int Count, double Rate, double MedianMs, double P99Ms);
