using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>A worklist server of others, running on the sample entries as files.</summary>
internal sealed class WorklistServer : IAsyncDisposable
{
    private const string OrthancPlugin = "/usr/share/orthanc/plugins/libModalityWorklists.so";
    private readonly ScratchFolder _folder = new();
    private readonly Process _process;
    private readonly string _log;

    private WorklistServer(Func<ScratchFolder, int, ProcessStartInfo> prepare)
    {
        // Neither program can be given port 0, so a free one is picked for it.
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        _log = _folder["log"];
        var start = prepare(_folder, Port);
        _process = new Process { StartInfo = start };
        _process.Start();
        Keep(_process.StandardOutput, _log + ".out");
        Keep(_process.StandardError, _log + ".err");
    }

    public int Port { get; }

    /// <summary>DCMTK's server; it serves the folder that is named like the called AE title.</summary>
    /// <param name="fill">Writes the entries into the folder; null = the sample entries.</param>
    public static async Task<WorklistServer> StartWlmscpfsAsync(Action<string>? fill = null)
    {
        Tool.SkipWithout("wlmscpfs");
        var server = new WorklistServer((_folder, port) =>
        {
            var entries = Directory.CreateDirectory(_folder["lists/CLOUDPACS"]).FullName;
            File.WriteAllText(Path.Combine(entries, "lockfile"), "");
            (fill ?? EntryFiles.WriteAll)(entries);
            return Tool.Start("wlmscpfs", "-s", "-csk", "-dfr", "-dfp", _folder["lists"], port.ToString(CultureInfo.InvariantCulture));
        });
        return await server.WaitAsync();
    }

    /// <summary>Orthanc with its sample worklist plugin.</summary>
    public static async Task<WorklistServer> StartOrthancAsync()
    {
        Tool.SkipWithout("Orthanc");
        Tool.SkipWithout(OrthancPlugin);
        var server = new WorklistServer(static (_folder, port) =>
        {
            EntryFiles.WriteAll(Directory.CreateDirectory(_folder["lists"]).FullName);
            var configuration = new Dictionary<string, object>
            {
                ["Name"] = "peer", ["DicomAet"] = "CLOUDPACS", ["DicomPort"] = port, ["HttpServerEnabled"] = false, ["StorageDirectory"] = _folder["storage"],
                ["Plugins"] = (string[])[OrthancPlugin], ["DefaultEncoding"] = "Utf8", ["DicomAlwaysAllowFindWorklist"] = true,
                ["Worklists"] = new { Enable = true, Database = _folder["lists"] },
            };
            return Tool.Start("Orthanc", _folder.Write("orthanc.json", JsonSerializer.Serialize(configuration)));
        });
        return await server.WaitAsync();
    }

    /// <summary>The steps that it returns for a query, in any order, or the status that it refuses with.</summary>
    public async Task<string> AskAsync(DataSet identifier)
    {
        try
        {
            var found = SampleQueries.StepsOf(await OwnScu.QueryAsync(Port, identifier));
            return string.Join(',', found.Split(',').Order(StringComparer.Ordinal));
        }
        catch (DicomNetworkException e)
        {
            return e.Status is { } status ? $"status {status:X4}" : "association aborted";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<WorklistServer> WaitAsync()
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (_process.HasExited) break;
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                return this;
            }
            catch (SocketException)
            {
                // Foreign programs do not say when they listen: asking again is all that can be done.
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        var said = File.ReadAllText(_log + ".err") + File.ReadAllText(_log + ".out");
        await DisposeAsync();
        throw new InvalidOperationException($"The worklist server does not start: {said}");
    }

    private static void Keep(StreamReader from, string file) => _ = Task.Run(async () =>
    {
        await using var to = File.Create(file);
        await from.BaseStream.CopyToAsync(to);
    });
}
