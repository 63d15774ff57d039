using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A receiver made with an HL7 library of others: a script in Clients, which prints a line a message.</summary>
internal sealed class HisProcess : IAsyncDisposable
{
    private const string Mark = "message ";
    private readonly string _script;
    private int _dropped;
    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;
    private TaskCompletionSource _listening = new();

    public HisProcess(string script)
    {
        Tool.SkipWithout(Path.Combine(Repository.Tests, "Clients", "node_modules"));
        Tool.SkipWithout("node");
        _script = script;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>What came, in order: order, order control, MSH-10.</summary>
    public IReadOnlyList<string[]> Messages => [.. _lines.Select(static line => line.Split(' '))];

    /// <summary>Connections that it did not take.</summary>
    public int Dropped => _dropped;

    /// <param name="trouble">What it does by design, as the head of <c>hl7-trouble.cjs</c> says.</param>
    public async Task StartAsync(params string[] trouble)
    {
        _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = Tool.Start("node", [Path.Combine(Repository.Tests, "Clients", _script), $"{Port}", .. trouble]) };
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data == "listening") _listening.TrySetResult();
            else if (e.Data == "dropped") Interlocked.Increment(ref _dropped);
            // The libraries print lines of their own.
            else if (e.Data is { } line && line.StartsWith(Mark, StringComparison.Ordinal)) _lines.Enqueue(line[Mark.Length..]);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        await _listening.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
    }
}
