using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudPacs.Dicom;

namespace CloudPacs.Benchmarks;

/// <summary>The same query against DCMTK's wlmscpfs and Orthanc's ModalityWorklists, each with 10,000 worklist files.</summary>
internal static class PeerBenchmark
{
    private const int Size = 10_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("cloudpacs-peers");
        try
        {
            var files = Directory.CreateDirectory(Path.Combine(folder.FullName, "WL")).FullName;
            File.WriteAllText(Path.Combine(files, "lockfile"), "");
            for (var i = 0; i < Size; i++) WriteFile(Path.Combine(files, $"{i}.wl"), i);
            await MeasureAsync(report, "DCMTK wlmscpfs", "WL", port => ("wlmscpfs", ["-dfp", folder.FullName, port.ToString(CultureInfo.InvariantCulture)]));
            await MeasureAsync(report, "Orthanc ModalityWorklists", "ORTHANC", port =>
            {
                var configuration = Path.Combine(folder.FullName, "orthanc.json");
                var storage = Path.Combine(folder.FullName, "storage");
                File.WriteAllText(configuration, $$"""
                    {"Name":"peer","DicomAet":"ORTHANC","DicomPort":{{port}},"HttpServerEnabled":false,"StorageDirectory":"{{storage}}","IndexDirectory":"{{storage}}",
                     "DicomCheckCalledAet":false,"DicomAlwaysAllowFind":true,"DicomAlwaysAllowFindWorklist":true,"DicomModalities":{"ct":["CT1","127.0.0.1",104]},
                     "Plugins":["/usr/share/orthanc/plugins/libModalityWorklists.so"],"Worklists":{"Enable":true,"Database":"{{files}}"} }
                    """);
                return ("Orthanc", [configuration]);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Report report, string name, string called, Func<int, (string Program, string[] Arguments)> command)
    {
        var port = FreePort();
        var (program, arguments) = command(port);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TCP_NODELAY"] = "1";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await WaitForPortAsync(port);
            var rate = await WorklistBenchmark.RateAsync(new IPEndPoint(IPAddress.Loopback, port), called, static i => "A" + (i * 7919 % Size).ToString("D8", CultureInfo.InvariantCulture), Duration);
            report.Add($"the same query, {name}, 10,000 entries", string.Create(CultureInfo.InvariantCulture, $"{rate:0.0}/s"), "for comparison");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static void WriteFile(string path, int number)
    {
        var data = WorklistBenchmark.Entry(number).Compose();
        var buffer = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta("1.2.276.0.7230010.3.1.0.1", data.GetString(Tags.StudyInstanceUid) + ".1", TransferSyntax.ExplicitVrLittleEndian), data, buffer, SpecificCharacterSet.Utf8);
        File.WriteAllBytes(path, buffer.WrittenSpan.ToArray());
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static async Task WaitForPortAsync(int port)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(200);
            }
        }

        throw new IOException("The peer did not start.");
    }
}
