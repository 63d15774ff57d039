using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp.Sending;

/// <summary>One connection to a destination. After a failed wait it must be disposed: what comes late belongs to nobody.</summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly FrameSource _source;

    private ClientConnection(Socket socket, Stream stream, MllpClientOptions options)
    {
        _socket = socket;
        _stream = stream;
        _source = new(stream, new(options.MaxFrameBytes), silence: null, memory: null);
    }

    /// <exception cref="SocketException">Nobody listens there, or the name is unknown.</exception>
    /// <exception cref="AuthenticationException">No TLS session could be agreed on.</exception>
    public static async Task<ClientConnection> OpenAsync(MllpClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            SocketTuning.KeepAlive(socket);
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not null)
                stream = await ShakeHandsAsync(stream, options.Tls, options.Host, cancellationToken).ConfigureAwait(false);
            return new(socket, stream, options);
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// True when a message may be sent on it. Not when the peer has closed it; with release 2 neither when something came unasked,
    /// since an old commit block would be taken for the new message's. (Content is told apart by its control id.)
    /// </summary>
    public bool IsFresh(bool isRelease2)
    {
        var hasUnread = !_source.Unread.IsEmpty || _socket.Available > 0;
        return hasUnread ? !isRelease2 : !_socket.Poll(0, SelectMode.SelectRead);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>(content.Length + 3);
        FrameWriter.Write(content.Span, frame);
        await _stream.WriteAsync(frame.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The content of the next frame; what is no frame is passed over.</summary>
    /// <exception cref="IOException">The connection ended, or the frame is larger than allowed.</exception>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = await _source.NextAsync(cancellationToken).ConfigureAwait(false);
            switch (step.Status)
            {
                case FrameStatus.Frame or FrameStatus.FrameWithoutCr:
                    return _source.Payload(step).ToArray();
                case FrameStatus.TooLarge:
                    throw new IOException("The answer is larger than the link allows.");
                case FrameStatus.NeedMore:
                    throw new IOException("The peer ended the connection before the answer.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _source.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }

    private static async Task<SslStream> ShakeHandsAsync(
        Stream transport, MllpClientTls tls, string host, CancellationToken cancellationToken)
    {
        var secure = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new()
                {
                    TargetHost = tls.ServerName ?? host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificateContext = tls.Certificate is null
                        ? null
                        : SslStreamCertificateContext.Create(tls.Certificate(), null, offline: true),
                    CertificateChainPolicy = TlsTrust.CreatePolicy(tls.TrustedAuthorities, tls.Revocation),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                        certificate is X509Certificate2 peer
                            && (tls.Validate?.Invoke(peer, chain, errors) ?? errors == SslPolicyErrors.None),
                },
                cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
