using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Mllp;

/// <summary>How a peer's certificate chain is checked.</summary>
internal static class TlsTrust
{
    /// <param name="authorities">The only roots that count; null for those of the machine.</param>
    public static X509ChainPolicy CreatePolicy(X509Certificate2Collection? authorities, X509RevocationMode revocation)
    {
        var policy = new X509ChainPolicy { RevocationMode = revocation };
        if (authorities is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
