using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scu;

/// <summary>Opens the connection of a client: TCP, then TLS from the first byte if asked for.</summary>
internal static class Transport
{
    public static async Task<(Socket Socket, Stream Stream)> ConnectAsync(
        DicomClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var peer = $"{options.Host}:{options.Port}";
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await LimitedAsync(
                options.ConnectTimeout, token => socket.ConnectAsync(options.Host, options.Port, token).AsTask()).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not { } tls) return (socket, stream);

            var secure = new SslStream(stream);
            await LimitedAsync(options.TlsHandshakeTimeout,
                token => secure.AuthenticateAsClientAsync(TlsSettings.Client(tls, options.Host), token)).ConfigureAwait(false);
            return (socket, secure);
        }
        catch (Exception e)
        {
            var isConnected = socket.Connected;
            socket.Dispose();
            throw e switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested => e,
                OperationCanceledException => new DicomNetworkException(
                    DicomNetworkError.TimedOut, $"No {(isConnected ? "TLS handshake" : "connection")} with {peer} in time.", e),
                AuthenticationException =>
                    new DicomNetworkException(DicomNetworkError.TlsFailed, $"The TLS handshake with {peer} failed: {e.Message}", e),
                IOException =>
                    new DicomNetworkException(DicomNetworkError.TlsFailed, $"{peer} closed the connection during the TLS handshake.", e),
                SocketException => new DicomNetworkException(DicomNetworkError.ConnectFailed, $"Cannot connect to {peer}: {e.Message}.", e),
                _ => e,
            };
        }

        async Task LimitedAsync(TimeSpan limit, Func<CancellationToken, Task> work)
        {
            using var timer = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            await work(either.Token).ConfigureAwait(false);
        }
    }
}
