using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPacs.Benchmarks;

/// <summary>Orders of new patients over MLLP from 128 connections, each of which waits for its answer; senders as thin as can be, as the cores are for the engine.</summary>
internal static class OrderLoad
{
    public const int Connections = 128;
    private static int next;

    public static Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        return SendAsync(endPoint, () => Stopwatch.GetElapsedTime(started) < duration);
    }

    public static Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, int count)
    {
        var sent = 0;
        return SendAsync(endPoint, () => Interlocked.Increment(ref sent) <= count);
    }

    private static async Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, Func<bool> goesOn)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectionAsync(endPoint, goesOn)));
        return ([.. all.SelectMany(static latencies => latencies)], Stopwatch.GetElapsedTime(started));
    }

    private static async Task<List<double>> ConnectionAsync(IPEndPoint endPoint, Func<bool> goesOn)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var answer = new byte[4096];
        var latencies = new List<double>();
        while (goesOn())
        {
            byte[] frame = [0x0B, .. SampleOrder.Create(Interlocked.Increment(ref next)), 0x1C, 0x0D];
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(frame);
            var length = 0;
            while (length < 2 || answer[length - 2] != 0x1C)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(length));
                if (count == 0) throw new IOException("The engine closed the connection.");
                length += count;
            }

            if (answer.AsSpan(0, length).IndexOf("MSA|AA"u8) < 0)
                throw new InvalidOperationException($"Not accepted: {Encoding.UTF8.GetString(answer, 0, length)}");
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return latencies;
    }
}
