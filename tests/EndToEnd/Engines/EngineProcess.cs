using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>The engine as its own process, with a data folder and ports of its own. Disposing it stops it, and whatever it left behind.</summary>
internal sealed partial class EngineProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    /// <summary>128 and SIGABRT: an exception that nobody caught, or a fault of the runtime.</summary>
    private const int Aborted = 134;
    private readonly ScratchFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["MLLP__PORT"] = "0", ["DICOM__PORT"] = "0", ["HTTP__PORT"] = "0",
        // A stop that takes all of it stays well within its limit on a busy machine too.
        ["DRAINTIME"] = "00:00:04",
        ["SITE__TIMEZONE"] = "Asia/Kolkata",
        ["WORKLIST__KEEPVISIBLE"] = "36500.00:00:00",
        ["MAPPING__DIRECTORY"] = Repository.Mappings,
    };

    private Process? _process;
    private bool _wasKilled;
    private TaskCompletionSource<string> _ready = new();

    /// <param name="settings">Settings by environment name without its prefix; they win over those of the fixture.</param>
    public EngineProcess(params IEnumerable<(string Name, string Value)> settings)
    {
        _settings["DATA"] = _folder["data"];
        foreach (var (name, value) in settings) _settings[name] = value;
    }

    public int MllpPort { get; private set; }

    public int DicomPort { get; private set; }

    public int HttpPort { get; private set; }

    public string DataFolder => _settings["DATA"];

    /// <summary>For files that belong to this engine.</summary>
    public ScratchFolder Folder => _folder;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>A setting for the next start.</summary>
    public EngineProcess With(string name, string value)
    {
        _settings[name] = value;
        return this;
    }

    /// <summary>Starts an engine and waits until it is ready.</summary>
    public static async Task<EngineProcess> StartNewAsync(params (string Name, string Value)[] _settings)
    {
        var engine = new EngineProcess(_settings);
        try
        {
            await engine.StartAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts it on the same folder and, from the second start on, the same ports; waits until it is ready. A folder that nobody has made is
    /// a copy of <see cref="DataTemplate"/>.
    /// </summary>
    public async Task StartAsync()
    {
        if (!Path.Exists(DataFolder) && !_settings.ContainsKey("DATABASE__CONNECTIONSTRING")) await DataTemplate.CopyAsync(DataFolder);
        await StartOnNewFolderAsync();
    }

    /// <summary>The same where the engine is to make its database itself.</summary>
    public async Task StartOnNewFolderAsync()
    {
        _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Launch();
        var ended = _process!.WaitForExitAsync();
        if (await Task.WhenAny(_ready.Task, ended, Task.Delay(StartLimit)) != _ready.Task)
            Assert.Fail($"The engine {(_process.HasExited ? $"ended with {_process.ExitCode}" : "is not ready in time")}:\n{Errors}");
        var line = await _ready.Task;
        var ports = EndPointPort().Matches(line).Select(static match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        // With TLS a second DICOM port stands between.
        (MllpPort, DicomPort, HttpPort) = (ports[0], ports[1], ports[^1]);
        (_settings["MLLP__PORT"], _settings["DICOM__PORT"], _settings["HTTP__PORT"]) = ($"{MllpPort}", $"{DicomPort}", $"{HttpPort}");
        Assert.Equal("ready", await GetAsync("/health/ready"));
    }

    /// <summary>Starts it where it must not become ready; gives the exit code.</summary>
    public async Task<int> RunToEndAsync(TimeSpan limit)
    {
        Launch();
        return await WaitForEndAsync(limit);
    }

    /// <summary>SIGTERM, as init systems stop a service; gives the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? limit = null)
    {
        await SignalAsync("TERM");
        return await WaitForEndAsync(limit ?? EndLimit);
    }

    public Task SignalAsync(string name) => Tool.RunAsync("kill", $"-{name}", $"{_process!.Id}");

    /// <summary>SIGKILL: the engine gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _wasKilled = true;
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> WaitForEndAsync(TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        try
        {
            await _process!.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The engine has not ended within {limit.TotalSeconds} s:\n{Errors}");
        }

        Assert.False(_process.ExitCode == Aborted, $"The engine has aborted:\n{Errors}");
        return _process.ExitCode;
    }

    /// <summary>The most memory that it has had at one time, in bytes.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process!.Id}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);

    public bool IsRunning => _process is { HasExited: false };

    public async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}{path}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                await SignalAsync("TERM");
                using var late = new CancellationTokenSource(EndLimit);
                try
                {
                    await _process.WaitForExitAsync(late.Token);
                }
                catch (OperationCanceledException)
                {
                    _wasKilled = true;
                    _process.Kill();
                }
            }

            _process.Dispose();
        }

        if (_wasKilled) await StopOrphanAsync();
        _folder.Dispose();
    }

    private void Launch()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path,
        };
        start.ArgumentList.Add(EngineProgram.File);
        start.ArgumentList.Add("serve");
        // Settings of whoever runs the tests are not those of this engine.
        foreach (var name in start.Environment.Keys.Where(static key => key.StartsWith("CLOUDPACS_", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in _settings) start.Environment["CLOUDPACS_" + name] = value;
        // PostgreSQL gets buffers of an eighth of what is thought to be the memory (1 GB): those of a whole machine take a second to set up.
        start.Environment["DOTNET_GCTotalPhysicalMemory"] = "40000000";
        _process?.Dispose();
        _wasKilled = false;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) =>
        {
            Append(_output, e.Data);
            if (e.Data?.StartsWith("CloudPacs is ready", StringComparison.Ordinal) == true) _ready.TrySetResult(e.Data);
        };
        _process.ErrorDataReceived += (_, e) => Append(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>After SIGKILL the database server outlives its engine; the next start would take care of it, but there is none.</summary>
    private async Task StopOrphanAsync()
    {
        var file = Path.Combine(DataFolder, "postgres", "postmaster.pid");
        if (!File.Exists(file)) return;
        var id = (await File.ReadAllLinesAsync(file))[0];
        var server = new DirectoryInfo($"/proc/{id}/cwd");
        if (server.LinkTarget != Path.GetDirectoryName(file)) return;
        using var orphan = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        await Tool.RunAsync("kill", "-QUIT", id);
        await orphan.WaitForExitAsync();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [GeneratedRegex(@":(\d+)(?=,|$)")]
    private static partial Regex EndPointPort();
}
