using System.Diagnostics;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A manager of performed procedure steps of another library (dcmjs-dimse) that takes N-CREATE, N-SET and N-EVENT-REPORT.</summary>
internal sealed class DcmjsMppsServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<JsonNode> _lines = [];
    private Process? _process;

    public int Port { get; } = Ports.Free();

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<JsonNode> Requests
    {
        get
        {
            lock (_gate) return [.. _lines.Skip(1)];
        }
    }

    public async Task StartAsync()
    {
        Tool.SkipWithout(Path.Combine(Repository.Tests, "Clients", "node_modules"));
        Tool.SkipWithout("node");
        _process = new Process { StartInfo = Tool.Start("node", Path.Combine(Repository.Tests, "Clients", "dcmjs-mpps-server.cjs"), $"{Port}") };
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (_gate) _lines.Add(JsonNode.Parse(e.Data)!);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        await WaitAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitAsync(int lines)
    {
        for (var left = 1500; ; left--)
        {
            lock (_gate)
            {
                if (_lines.Count >= lines) return;
                Assert.True(left > 0, $"{_lines.Count} of {lines} lines came.");
            }

            await Task.Delay(20);
        }
    }
}
