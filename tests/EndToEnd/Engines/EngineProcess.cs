using System.Diagnostics;
using System.Globalization;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Store.Cluster;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// The engine as its own process with a database server of its own: for tests that kill and signal it, let it fail, or measure its memory.
/// </summary>
internal sealed class EngineProcess(params IEnumerable<(string Name, string Value)> settings) : TestedEngine(settings)
{
    /// <summary>128 and SIGABRT: an exception that nobody caught, or a fault of the runtime.</summary>
    private const int Aborted = 134;

    private Process? _process;
    private bool _wasKilled;

    public override string Database => EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = DataFolder });

    /// <summary>Starts an engine and waits until it is ready.</summary>
    public static Task<EngineProcess> StartNewAsync(params (string Name, string Value)[] settings) => StartedAsync(new EngineProcess(settings));

    /// <summary>A folder that nobody has made is a copy of <see cref="DataTemplate"/>.</summary>
    public override async Task StartAsync()
    {
        if (!Path.Exists(DataFolder) && !Settings.ContainsKey("DATABASE__CONNECTIONSTRING")) await DataTemplate.CopyAsync(DataFolder);
        await StartOnNewFolderAsync();
    }

    /// <summary>The same where the engine is to make its database itself.</summary>
    public async Task StartOnNewFolderAsync()
    {
        Expect();
        Launch();
        await WaitUntilReadyAsync(_process!.WaitForExitAsync(), () => $"{_process.ExitCode}");
    }

    /// <summary>Starts it where it must not become ready; gives the exit code.</summary>
    public async Task<int> RunToEndAsync(TimeSpan limit)
    {
        Launch();
        return await WaitForEndAsync(limit);
    }

    /// <summary>SIGTERM, as init systems stop a service.</summary>
    public override async Task<int> StopAsync(TimeSpan? limit = null)
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
    public long PeakMemory => Memory("VmHWM:");

    /// <summary>From now on the most memory is counted anew (proc(5), clear_refs).</summary>
    /// <returns>What it has now.</returns>
    public long ForgetPeakMemory()
    {
        File.WriteAllText($"/proc/{_process!.Id}/clear_refs", "5");
        return Memory("VmRSS:");
    }

    private long Memory(string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process!.Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);

    public bool IsRunning => _process is { HasExited: false };

    protected override async Task EndAsync()
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
    }

    private void Launch()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder.Path,
        };
        start.ArgumentList.Add(EngineProgram.File);
        start.ArgumentList.Add("serve");
        // Settings of whoever runs the tests are not those of this engine.
        foreach (var name in start.Environment.Keys.Where(static key => key.StartsWith("CLOUDPACS_", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in Settings) start.Environment["CLOUDPACS_" + name] = value;
        // PostgreSQL gets buffers of an eighth of what is thought to be the memory (1 GB): those of a whole machine take a second to set up.
        start.Environment["DOTNET_GCTotalPhysicalMemory"] = "40000000";
        // Most of them end before a second compilation of what they often run would pay.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "3000";
        _process?.Dispose();
        _wasKilled = false;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Said(e.Data);
        _process.ErrorDataReceived += (_, e) => Logged(e.Data);
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
}
