using System.Diagnostics;
using System.Globalization;
using CloudPacs.Hl7v2;

namespace CloudPacs.Benchmarks;

/// <summary>Parse a 1 KB order and read 12 fields of it.</summary>
internal static class ParseBenchmark
{
    private const int Rounds = 200_000;

    private static readonly FieldPath[] Paths =
    [
        .. new[] { "MSH-3", "MSH-9.1", "MSH-10", "PID-3.1", "PID-5.1", "PID-7", "PV1-19.1", "ORC-1", "ORC-2.1", "OBR-4.1", "OBR-18", "ZDS-1.1" }.Select(static text => FieldPath.Parse(text)),
    ];

    public static void Run(Report report)
    {
        var bytes = SampleOrder.Create(1);
        if (!Message.TryParse(bytes, ParseOptions.Default, out var message, out _)) throw new InvalidOperationException("The sample order does not parse.");
        var buffer = new byte[256];
        for (var i = 0; i < 20_000; i++) Once(message, bytes, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var read = 0;
        for (var i = 0; i < Rounds; i++) read += Once(message, bytes, buffer);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (read == 0) throw new InvalidOperationException("Nothing was read.");
        report.Add("parse + 12 fields of a 1 KB order",
            string.Create(CultureInfo.InvariantCulture, $"{allocated / (double)Rounds:0.##} bytes allocated, {elapsed.TotalMicroseconds / Rounds:0.00} µs"), "0 bytes");
    }

    private static int Once(Message message, ReadOnlyMemory<byte> bytes, Span<byte> buffer)
    {
        message.TryLoad(bytes, ParseOptions.Default, out _);
        var total = 0;
        foreach (ref readonly var path in Paths.AsSpan())
            if (message.Get(path).TryCopyUtf8(buffer, out var written)) total += written;
        return total;
    }
}
