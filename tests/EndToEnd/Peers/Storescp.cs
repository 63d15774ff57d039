using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>DCMTK's storescp: keeps what it is sent in a folder, byte by byte.</summary>
internal sealed class Storescp : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private Storescp(Process process, string folder) => (_process, _folder) = (process, folder);

    public static async Task<Storescp> StartAsync(int port, string folder, params string[] options)
    {
        Directory.CreateDirectory(folder);
        var start = Tool.Start("storescp", ["+B", "-od", folder, .. options, $"{port}"]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (false, false);
        (start.StandardOutputEncoding, start.StandardErrorEncoding) = (null, null);
        var scp = new Storescp(Process.Start(start)!, folder);
        while (true)
        {
            try
            {
                // It does not say when it listens: asking is all that can be done.
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return scp;
            }
            catch (SocketException) when (!scp._process.HasExited)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>What has come.</summary>
    public IReadOnlyList<byte[]> Files() => [.. Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
