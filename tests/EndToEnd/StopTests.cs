using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>SIGTERM ends the engine in order and in time, whatever its peers do.</summary>
public sealed class StopTests(PreparedFolder prepared) : IClassFixture<PreparedFolder>, IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private EngineProcess _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await prepared.GetAsync();

    public async ValueTask DisposeAsync()
    {
        if (_engine is { IsRunning: true }) await _engine.StopAsync();
    }

    [Fact]
    public async Task With_peers_that_are_idle_associated_or_in_the_middle_of_a_frame_a_pdu_and_a_request()
    {
        await _engine.StartAsync();
        using var idleHl7 = await ConnectAsync(_engine.MllpPort);
        using var idleDicom = await ConnectAsync(_engine.DicomPort);
        using var idleHttp = await ConnectAsync(_engine.HttpPort);
        await idleHttp.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var hl7 = await ConnectAsync(_engine.MllpPort);
        using var dicom = await ConnectAsync(_engine.DicomPort);
        using var http = await ConnectAsync(_engine.HttpPort);
        await hl7.SendAsync(Encoding.ASCII.GetBytes("\u000bMSH|^~\\&|HIS|MERCY|CLOUD"), TestContext.Current.CancellationToken);
        await dicom.SendAsync(new byte[] { 1, 0, 0, 0, 0, 200, 0, 1 }, TestContext.Current.CancellationToken);
        await http.SendAsync("POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        await using var client = await OwnScu.ConnectAsync(_engine.DicomPort);

        await StopInTimeAsync();

        await Assert.ThrowsAsync<DicomNetworkException>(() => client.ReleaseAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_a_peer_that_never_reads_its_answers()
    {
        await _engine.StartAsync();
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
        await deaf.ConnectAsync(IPAddress.Loopback, _engine.MllpPort, TestContext.Current.CancellationToken);
        var frame = Encoding.ASCII.GetBytes("\u000bno message\u001c\r");
        // Sent until nothing more goes: the engine has stopped reading, because its answers are not taken.
        using var stuck = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            while (!stuck.IsCancellationRequested) await deaf.SendAsync(frame, stuck.Token);
        }
        catch (OperationCanceledException)
        {
            // The engine reads no more, or has read for long enough.
        }

        await StopInTimeAsync();
    }

    [Fact]
    public async Task With_a_database_server_that_hangs()
    {
        await _engine.StartAsync();
        var server = (await File.ReadAllLinesAsync(Path.Combine(_engine.DataFolder, "postgres", "postmaster.pid"), TestContext.Current.CancellationToken))[0];
        var backends = (await Tool.RunAsync("pgrep", "-P", server)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Tool.RunAsync("kill", ["-STOP", server, .. backends]);
        try
        {
            using var his = await ConnectAsync(_engine.MllpPort);
            await his.SendAsync(Encoding.UTF8.GetBytes($"\u000b{new OrderText("STOP1", "STOP-1", "STOP^A")}\u001c\r"), TestContext.Current.CancellationToken);

            await StopInTimeAsync();

            Assert.False(Directory.Exists($"/proc/{server}"), "The database server is left behind.");
        }
        finally
        {
            // Whatever became of it, the other tests use the same folder.
            await Tool.RunAsync("kill", ["-KILL", server, .. backends]);
        }

        await _engine.StartAsync();
    }

    [Fact]
    public async Task With_a_database_server_that_writes_for_longer_than_peers_need_it_is_waited_for()
    {
        await _engine.StartAsync();
        var server = (await File.ReadAllLinesAsync(Path.Combine(_engine.DataFolder, "postgres", "postmaster.pid"), TestContext.Current.CancellationToken))[0];
        var writer = (await Tool.RunAsync("pgrep", "-P", server, "-f", "checkpointer")).Output.Trim();
        await Tool.RunAsync("kill", ["-STOP", writer]);
        // The other tests have let this engine log too.
        var before = _engine.Errors.Length;
        var stop = StopInTimeAsync();
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);

        await Tool.RunAsync("kill", ["-CONT", writer]);

        await stop;
        Assert.DoesNotContain("stopped at once", _engine.Errors[before..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1.5)]
    public async Task While_it_is_starting(double secondsAfterItsFirstWord)
    {
        var before = _engine.Errors.Length;
        var start = _engine.RunToEndAsync(Limit);
        // Before the program has begun there is nobody yet who could end in order.
        while (_engine.Errors.Length == before && !start.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(secondsAfterItsFirstWord), TestContext.Current.CancellationToken);

        await _engine.SignalAsync("TERM");

        Assert.Equal(0, await start);
    }

    [Fact]
    public async Task Under_load_and_every_order_that_was_acknowledged_is_there_afterwards()
    {
        await _engine.StartAsync();
        var acknowledged = new List<string>();
        var underWay = new TaskCompletionSource();
        var load = Task.Run(async () =>
        {
            await using var client = new MllpClient(new MllpClientOptions { Host = "127.0.0.1", Port = _engine.MllpPort, MaxAttempts = 1 }, TimeProvider.System);
            for (var i = 0; ; i++)
            {
                var order = new OrderText($"SL{i:00000}", $"SL-{i:00000}", $"LOAD^L{i:00000}");
                var answer = await client.SendAsync(Encoding.UTF8.GetBytes(order.ToString()), static _ => true, CancellationToken.None);
                if (!answer.IsAnswered) return;
                if (Message.TryParse(answer.Payload, ParseOptions.Default, out var ack, out _) && ack.Segment("MSA").Field(1).Text == "AA") acknowledged.Add(order.Accession);
                if (acknowledged.Count == 20) underWay.TrySetResult();
            }
        }, TestContext.Current.CancellationToken);
        await underWay.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await StopInTimeAsync();

        await load;
        await _engine.StartAsync();
        var found = (await Findscu.QueryAsync(_engine.DicomPort, "00100010=LOAD*")).Select(static entry => entry.Accession).ToHashSet();
        Assert.Empty(acknowledged.Except(found));
    }

    private async Task StopInTimeAsync()
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await _engine.StopAsync(Limit));
        Assert.True(watch.Elapsed < Limit, $"{watch.Elapsed}");
        Assert.DoesNotContain("Unhandled exception", _engine.Errors, StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return socket;
    }
}
