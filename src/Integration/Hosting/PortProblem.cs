using System.Net;
using System.Net.Sockets;

namespace CloudPacs.Integration.Hosting;

/// <summary>Why a port cannot be opened, and what to do.</summary>
internal static class PortProblem
{
    public static string Text(string key, IPEndPoint endPoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"{key}: port {endPoint.Port} on {endPoint.Address} is taken by another program. Stop that program or set {key} to a free "
                + "port.",
        SocketError.AccessDenied =>
            $"{key}: port {endPoint.Port} needs rights that this user lacks. Use a port above 1023 or grant CAP_NET_BIND_SERVICE.",
        SocketError.AddressNotAvailable =>
            $"{key}: {endPoint.Address} is no address of this machine. Set the BindAddress beside it to one that is.",
        _ => $"{key}: {endPoint} cannot be opened: {e.Message}.",
    };
}
