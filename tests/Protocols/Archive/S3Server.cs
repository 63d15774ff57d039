using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>A real server with the S3 protocol (fauxqs), and a line to it that can be cut.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    private static readonly string Clients = Find(AppContext.BaseDirectory);
    private readonly TcpListener _line = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _connections = [];
    private readonly Process _server;
    private readonly int _port;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isCut;

    private S3Server(Process server, int port)
    {
        _server = server;
        _port = port;
    }

    public const string Bucket = "studies";

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_line.LocalEndpoint).Port}");

    public static async Task<S3Server> StartAsync()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Clients, "node_modules", "fauxqs")), "The node clients are not installed.");
        var start = new ProcessStartInfo("node", [Path.Combine(Clients, "s3-server.mjs"), Bucket]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var server = new S3Server(process, int.Parse((await process.StandardOutput.ReadLineAsync())!, null));
        server._line.Start();
        server._accepting = server.AcceptAsync();
        return server;
    }

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
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
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
