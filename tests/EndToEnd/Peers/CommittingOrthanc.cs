using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Orthanc as an archive, and as one that asks for storage commitment.</summary>
internal sealed class CommittingOrthanc : IAsyncDisposable
{
    private const string Engine = "engine";
    private readonly ScratchFolder _folder = new();
    private readonly HttpClient _http;
    private readonly Process _process;

    private CommittingOrthanc(string title, int port, int enginePort)
    {
        var httpPort = Ports.Free();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}/") };
        var configuration = new Dictionary<string, object>
        {
            ["Name"] = "peer", ["DicomAet"] = title, ["DicomPort"] = port, ["HttpPort"] = httpPort, ["RemoteAccessAllowed"] = false, ["StorageDirectory"] = _folder["storage"],
            ["IndexDirectory"] = _folder["storage"], ["DicomAlwaysAllowStore"] = true,
            ["DicomModalities"] = new Dictionary<string, object>
            {
                [Engine] = new { AET = "CLOUDPACS", Host = "127.0.0.1", Port = enginePort, AllowStorageCommitment = true, AllowNAction = true, AllowNEventReport = true },
            },
        };
        var start = Tool.Start("Orthanc", _folder.Write("orthanc.json", JsonSerializer.Serialize(configuration)));
        (start.RedirectStandardOutput, start.RedirectStandardError, start.StandardOutputEncoding, start.StandardErrorEncoding) = (true, true, null, null);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<CommittingOrthanc> StartAsync(string title, int port, int enginePort)
    {
        Tool.SkipWithout("Orthanc");
        var orthanc = new CommittingOrthanc(title, port, enginePort);
        for (var left = 600; left > 0; left--)
        {
            try
            {
                await orthanc._http.GetStringAsync("system", Token);
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port, Token);
                return orthanc;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && !orthanc._process.HasExited)
            {
                // It does not say when it listens: asking is all that can be done.
                await Task.Delay(50, Token);
            }
        }

        await orthanc.DisposeAsync();
        throw new InvalidOperationException("Orthanc does not start.");
    }

    /// <summary>The files that it has, when there are so many.</summary>
    public async Task<IReadOnlyList<byte[]>> FilesAsync(int count)
    {
        string[] ids = [];
        for (var left = 1000; left > 0 && ids.Length < count; left--, await Task.Delay(30, Token)) ids = (await _http.GetFromJsonAsync<string[]>("instances", Token))!;
        var files = new List<byte[]>();
        foreach (var id in ids) files.Add(await _http.GetByteArrayAsync($"instances/{id}/file", Token));
        return files;
    }

    /// <summary>Asks the engine to commit to instances.</summary>
    /// <returns>What it was told: status, committed, failed.</returns>
    public async Task<JsonNode> AskCommitmentAsync(params IEnumerable<(string Class, string Instance)> instances)
    {
        var asked = new { DicomInstances = instances.Select(static one => new[] { one.Class, one.Instance }).ToArray(), Timeout = 20 };
        using var body = new StringContent(JsonSerializer.Serialize(asked));
        using var answer = await _http.PostAsync(new Uri($"modalities/{Engine}/storage-commitment", UriKind.Relative), body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        var id = JsonNode.Parse(text)!["ID"]!.ToString();
        for (var left = 1000; left > 0; left--, await Task.Delay(30, Token))
        {
            var report = JsonNode.Parse(await _http.GetStringAsync($"storage-commitment/{id}", Token))!;
            if (report["Status"]!.ToString() != "Pending") return report;
        }

        throw new InvalidOperationException("Orthanc was told nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }
}
