using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Dicom.Network;

/// <summary>TLS settings of a client (PS3.15 annex B.12, B.13).</summary>
public sealed record DicomClientTls
{
    /// <summary>The name that the server's certificate must carry; null takes the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Our certificate with its private key, for servers that ask for one.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The authorities that the server's certificate must come from; empty means the machine's trusted ones.</summary>
    public X509Certificate2Collection TrustedAuthorities { get; init; } = [];
}
