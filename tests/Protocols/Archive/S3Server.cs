using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>A real server with the S3 protocol (fauxqs), and a line to it that can be cut.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private static readonly string Clients = Find(AppContext.BaseDirectory);
    private readonly TcpListener _line = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _connections = [];
    private Process? _server;
    private int _port;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isCut;

    public const string Bucket = "studies";

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_line.LocalEndpoint).Port}");

    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(Path.Combine(Clients, "node_modules", "fauxqs"))) return;
        var start = new ProcessStartInfo("node", [Path.Combine(Clients, "s3-server.mjs"), Bucket]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _server = Process.Start(start)!;
        _port = int.Parse((await _server.StandardOutput.ReadLineAsync())!, null);
        _line.Start();
        _accepting = AcceptAsync();
    }

    public void SkipWhenMissing() => Assert.SkipWhen(_server is null, "The node clients are not installed.");

    /// <summary>The server is away: connections end, and new ones are closed at once.</summary>
    public void Cut()
    {
        _isCut = true;
        lock (_connections)
        {
            foreach (var connection in _connections) connection.Dispose();
            _connections.Clear();
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _line.Stop();
        Cut();
        await _accepting;
        if (_server is not null)
        {
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var near = await _line.AcceptTcpClientAsync(_stop.Token);
                var far = new TcpClient();
                lock (_connections)
                {
                    if (_isCut)
                    {
                        near.Dispose();
                        continue;
                    }

                    _connections.AddRange([near, far]);
                }

                await far.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The line was cut.
            }
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "CloudPacs.sln"))
        ? Path.Combine(folder, "tests", "EndToEnd", "Clients")
        : Find(Path.GetDirectoryName(folder)!);
}
