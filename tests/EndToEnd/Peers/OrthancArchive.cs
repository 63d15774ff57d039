using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Orthanc with its DICOMweb plugin: the archive that a hospital has already. It can be stopped and started on what it has.</summary>
internal sealed class OrthancArchive : IAsyncDisposable
{
    private const string Plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";
    private readonly ScratchFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Process? _process;

    private OrthancArchive() => (DicomPort, HttpPort) = (Ports.Free(), Ports.Free());

    public int DicomPort { get; }

    public int HttpPort { get; }

    /// <summary>Root of its DICOMweb services.</summary>
    public string WebAddress => $"http://127.0.0.1:{HttpPort}/dicom-web";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where it is not installed.</summary>
    public static OrthancArchive Create()
    {
        Tool.SkipWithout("Orthanc");
        Tool.SkipWithout(Plugin);
        return new OrthancArchive();
    }

    /// <summary>A destination of its C-MOVE.</summary>
    public int DestinationPort { get; set; } = 104;

    /// <summary>Who vouches for it and for who calls it; null for associations without TLS.</summary>
    public TestAuthority? Authority { get; set; }

    public async Task StartAsync()
    {
        var configuration = new Dictionary<string, object>
        {
            ["Name"] = "peer", ["DicomAet"] = "ORTHANC", ["DicomPort"] = DicomPort, ["HttpPort"] = HttpPort,
            ["StorageDirectory"] = _folder["storage"], ["IndexDirectory"] = _folder["storage"], ["Plugins"] = (string[])[Plugin],
            ["AuthenticationEnabled"] = false, ["RemoteAccessAllowed"] = false, ["DicomAlwaysAllowStore"] = true, ["DicomAlwaysAllowFind"] = true,
            ["DicomModalities"] = new { engine = new { AET = "CLOUDPACS", Host = "127.0.0.1", Port = DestinationPort, UseDicomTls = Authority is not null } },
            ["DicomAlwaysAllowMove"] = true, ["DicomWeb"] = new { Enable = true, Root = "/dicom-web/" },
        };
        if (Authority is not null)
        {
            (configuration["DicomTlsEnabled"], configuration["DicomTlsRemoteCertificateRequired"]) = (true, true);
            (configuration["DicomTlsCertificate"], configuration["DicomTlsPrivateKey"]) = (Authority["orthanc.pem"], Authority["orthanc.key"]);
            configuration["DicomTlsTrustedCertificates"] = Authority["authority.pem"];
        }

        var start = Tool.Start("Orthanc", _folder.Write("orthanc.json", JsonSerializer.Serialize(configuration)));
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var attempt = 0; attempt < 300 && !_process.HasExited; attempt++)
        {
            try
            {
                await _http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}/system"), Token);
                return;
            }
            catch (HttpRequestException)
            {
                // A foreign program does not say when it listens: asking again is all that can be done.
                await Task.Delay(100, Token);
            }
        }

        Assert.Fail("Orthanc does not start.");
    }

    public async Task StopAsync()
    {
        await Tool.RunAsync("kill", "-TERM", $"{_process!.Id}");
        await _process.WaitForExitAsync(Token);
    }

    /// <summary>Sends files by storescu to it alone.</summary>
    public async Task StoreAsync(params IEnumerable<byte[]> files)
    {
        using var folder = new ScratchFolder();
        var paths = new List<string>();
        foreach (var file in files)
        {
            paths.Add(folder[$"{paths.Count:000}.dcm"]);
            await File.WriteAllBytesAsync(paths[^1], file, Token);
        }

        var result = await Tool.RunAsync(
            "storescu", [.. Authority?.DcmtkOptions("modality") ?? [], "-R", "-nh", "-aec", "ORTHANC", "127.0.0.1", DicomPort.ToString(CultureInfo.InvariantCulture), .. paths]);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }

    /// <summary>The file of an instance as it has it.</summary>
    public async Task<byte[]> FileOfAsync(string sopInstanceUid) =>
        await _http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{HttpPort}/instances/{await IdOfAsync(sopInstanceUid)}/file"), Token);

    /// <summary>Deletes what has a UID: a study, a series or an instance.</summary>
    public async Task DeleteAsync(string resources, string uid)
    {
        using var answer = await _http.DeleteAsync(new Uri($"http://127.0.0.1:{HttpPort}/{resources}/{await IdOfAsync(uid)}"), Token);
        Assert.True(answer.IsSuccessStatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<string> IdOfAsync(string uid)
    {
        using var answer = await _http.PostAsync(new Uri($"http://127.0.0.1:{HttpPort}/tools/lookup"), new StringContent(uid), Token);
        var found = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        return found[0].GetProperty("ID").GetString()!;
    }
}
