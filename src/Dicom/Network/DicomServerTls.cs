using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Dicom.Network;

/// <summary>What is asked of clients over TLS.</summary>
public enum ClientCertificateMode
{
    None,

    /// <summary>Taken and checked when the client has one.</summary>
    Optional,
    Required,
}

/// <summary>TLS settings of a server (PS3.15 annex B.12, B.13): TLS 1.2 and 1.3, forward-secret authenticated suites only.</summary>
public sealed record DicomServerTls
{
    /// <summary>The server's certificate with its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Intermediate certificates to send along.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    public ClientCertificateMode ClientCertificates { get; init; } = ClientCertificateMode.None;

    /// <summary>The authorities that client certificates must come from; empty means the machine's trusted ones.</summary>
    public X509Certificate2Collection TrustedAuthorities { get; init; } = [];
}
