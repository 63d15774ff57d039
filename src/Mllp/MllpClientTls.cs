using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Mllp;

/// <summary>TLS of a client, version 1.2 or 1.3.</summary>
public sealed class MllpClientTls
{
    /// <summary>Name that the server's certificate must carry; null for the host connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Gives our certificate with its private key, asked for each connection; null to show none.</summary>
    public Func<X509Certificate2>? Certificate { get; init; }

    /// <summary>Roots that the server's certificate must lead to; null for those of the machine.</summary>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Has the last word on the server's certificate, knowing what the checks found; null accepts when they found nothing.
    /// </summary>
    public Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool>? Validate { get; init; }
}
