using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A system made with dcmjs-dimse that asks for storage commitment, and one that takes reports and notifications.</summary>
internal sealed class DcmjsListener : IAsyncDisposable
{
    private const string Script = "dcmjs-commitment.cjs";
    private readonly Lock _gate = new();
    private readonly List<JsonNode> _lines = [];
    private readonly int _port;
    private Process? _process;

    private DcmjsListener(int port) => _port = port;

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<JsonNode> Requests
    {
        get
        {
            lock (_gate) return [.. _lines.Skip(1)];
        }
    }

    public static async Task<DcmjsListener> StartAsync(int port)
    {
        Tool.SkipWithout(Path.Combine(Repository.Tests, "Clients", "node_modules"));
        Tool.SkipWithout("node");
        var listener = new DcmjsListener(port);
        listener.Start();
        Assert.True(await listener.WaitAsync(static lines => lines.Count > 0), "It does not listen.");
        return listener;
    }

    /// <returns>The answer to the N-ACTION, and what came on the same association while it was kept.</returns>
    public static async Task<IReadOnlyList<JsonNode>> AskAsync(
        TestedEngine engine, string calling, string transaction, TimeSpan wait, params IEnumerable<(string Class, string Instance)> instances)
    {
        var output = await Tool.RunClientAsync(
            Script, ["ask", $"{engine.DicomPort}", calling, transaction, wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
                .. instances.Select(static one => $"{one.Class}={one.Instance}")]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];
    }

    /// <summary>Waits for reports under a Transaction UID; gives all that have come.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReportsAsync(string transaction, int count = 1)
    {
        await WaitAsync(lines => lines.Count(line => IsOf(line, transaction)) >= count);
        return [.. Requests.Where(line => IsOf(line, transaction))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool IsOf(JsonNode line, string transaction) => (string?)line["attributes"]?["TransactionUID"] == transaction;

    private void Start()
    {
        _process = new Process { StartInfo = Tool.Start("node", Path.Combine(Repository.Tests, "Clients", Script), "listen", $"{_port}") };
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (_gate) _lines.Add(JsonNode.Parse(e.Data)!);
        };
        _process.Start();
        _process.BeginOutputReadLine();
    }

    public async Task<bool> WaitAsync(Func<IReadOnlyList<JsonNode>, bool> isEnough)
    {
        for (var left = 1500; left > 0; left--)
        {
            lock (_gate)
            {
                if (isEnough(_lines)) return true;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return false;
    }
}
