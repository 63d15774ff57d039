using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Mllp;

/// <summary>TLS of a listener, version 1.2 or 1.3.</summary>
public sealed class MllpServerTls
{
    /// <summary>
    /// Gives the certificate with its private key; asked for each handshake, so that a renewed one is taken up without a restart.
    /// </summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>Authorities between the certificate and the root, sent along with it.</summary>
    public X509Certificate2Collection? Intermediates { get; init; }

    public MllpClientCertificateMode ClientCertificate { get; init; }

    /// <summary>Roots that client certificates must lead to; null for those of the machine.</summary>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Has the last word on a client certificate, knowing what the chain check found; null accepts when it found nothing.
    /// </summary>
    public Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool>? Validate { get; init; }

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
