using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Mllp.Listening;

/// <summary>The server's side of a TLS handshake, within its own time limit.</summary>
internal sealed class ServerHandshake(MllpServerTls tls, TimeProvider time)
{
    private SslStreamCertificateContext? _cached;

    /// <exception cref="AuthenticationException">The peer does not speak TLS, or its certificate is missing or not accepted.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or the listener stops.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<SslStream> RunAsync(Stream transport, CancellationToken cancellationToken)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        using var deadline = new Deadline(time, cancellationToken);
        deadline.Arm(tls.HandshakeTimeout);
        try
        {
            await stream.AuthenticateAsServerAsync(CreateOptions(), deadline.Token).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslServerAuthenticationOptions CreateOptions() => new()
    {
        ServerCertificateContext = GetCertificateContext(),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = tls.ClientCertificate != MllpClientCertificateMode.None,
        CertificateChainPolicy = TlsTrust.CreatePolicy(tls.TrustedAuthorities, tls.Revocation),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accepts(certificate, chain, errors),
    };

    private SslStreamCertificateContext GetCertificateContext()
    {
        var certificate = tls.Certificate();
        var context = _cached;
        if (context is null || !context.TargetCertificate.Equals(certificate))
            _cached = context = SslStreamCertificateContext.Create(certificate, tls.Intermediates, offline: true);
        return context;
    }

    private bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 peer) return tls.ClientCertificate != MllpClientCertificateMode.Required;
        return tls.Validate?.Invoke(peer, chain, errors) ?? errors == SslPolicyErrors.None;
    }
}
