using System.Net;
using System.Net.Sockets;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Ports for peers that cannot be given port 0.</summary>
internal static class Ports
{
    /// <summary>
    /// A port that nobody listens on, from below those that the system gives to outgoing connections (ip(7), ip_local_port_range): one of
    /// these would take it between two uses.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next one.
            }
        }
    }
}
