using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>The TLS profile of DICOM (PS3.15 annex B.12, B.13; RFC 9325) in .NET's terms.</summary>
internal static class TlsSettings
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    public static SslServerAuthenticationOptions Server(DicomServerTls tls) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(tls.Certificate, tls.Intermediates, offline: true),
        EnabledSslProtocols = Protocols,
        CipherSuitesPolicy = SuitesPolicy(),
        ClientCertificateRequired = tls.ClientCertificates != ClientCertificateMode.None,
        CertificateChainPolicy = Trust(tls.TrustedAuthorities),
        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            certificate is null ? tls.ClientCertificates != ClientCertificateMode.Required : errors == SslPolicyErrors.None,
    };

    public static SslClientAuthenticationOptions Client(DicomClientTls tls, string host) => new()
    {
        TargetHost = tls.ServerName ?? host,
        EnabledSslProtocols = Protocols,
        CipherSuitesPolicy = SuitesPolicy(),
        ClientCertificates = tls.ClientCertificate is { } certificate ? [certificate] : null,
        CertificateChainPolicy = Trust(tls.TrustedAuthorities),
    };

    // Hospital authorities seldom publish revocation lists that modalities' networks can reach, so these are not asked for.
    private static X509ChainPolicy Trust(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (authorities.Count == 0) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    // Windows takes its suites from the machine's policy and does not let programs choose.
    private static CipherSuitesPolicy? SuitesPolicy() => OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(Suites);
}
