using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPacs.Benchmarks;

/// <summary>
/// Orders over MLLP from 128 connections (or fewer), each of which waits for its answer; senders as thin as can be, as the cores are for the engine.
/// Each order is of a new patient, or of one of so many patients in turn.
/// </summary>
internal static class OrderLoad
{
    public const int Connections = 128;
    private static int next;

    /// <summary>Number of the last order that was sent.</summary>
    public static int Last => next;

    public static Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, TimeSpan duration, int patients = 0, int connections = Connections)
    {
        var started = Stopwatch.GetTimestamp();
        return SendAsync(endPoint, () => Stopwatch.GetElapsedTime(started) < duration, patients, connections);
    }

    public static Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, int count, int patients = 0)
    {
        var sent = 0;
        return SendAsync(endPoint, () => Interlocked.Increment(ref sent) <= count, patients, Connections);
    }

    private static async Task<(List<double> Latencies, TimeSpan Elapsed)> SendAsync(IPEndPoint endPoint, Func<bool> goesOn, int patients, int connections)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ConnectionAsync(endPoint, goesOn, patients)));
        return ([.. all.SelectMany(static latencies => latencies)], Stopwatch.GetElapsedTime(started));
    }

    private static async Task<List<double>> ConnectionAsync(IPEndPoint endPoint, Func<bool> goesOn, int patients)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var answer = new byte[4096];
        var latencies = new List<double>();
        while (goesOn())
        {
            var number = Interlocked.Increment(ref next);
            byte[] frame = [0x0B, .. SampleOrder.Create(number, patients == 0 ? null : -1 - (number % patients)), 0x1C, 0x0D];
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
