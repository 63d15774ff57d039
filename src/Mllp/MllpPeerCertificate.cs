using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Mllp;

/// <summary>The validated certificate with which a peer identified itself, so that a sender can be bound to it.</summary>
/// <param name="Subject">Distinguished name, as in RFC 4514 but for blanks after commas.</param>
/// <param name="CommonName">CN of the subject; empty if it has none.</param>
/// <param name="DnsNames">DNS names of the subject alternative name extension.</param>
/// <param name="Thumbprint">SHA-256 of the certificate in upper-case hexadecimal digits.</param>
/// <param name="NotAfter">End of its validity.</param>
public sealed record MllpPeerCertificate(
    string Subject, string CommonName, IReadOnlyList<string> DnsNames, string Thumbprint, DateTimeOffset NotAfter)
{
    /// <summary>
    /// True if <paramref name="name"/> is the thumbprint, the subject, a DNS name or (only without DNS names, RFC 6125 6.4.4) the common
    /// name.
    /// </summary>
    public bool IsNamed(string name) =>
        string.Equals(name, Thumbprint, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, Subject, StringComparison.OrdinalIgnoreCase)
        || DnsNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (DnsNames.Count == 0 && CommonName.Length > 0 && string.Equals(name, CommonName, StringComparison.OrdinalIgnoreCase));

    internal static MllpPeerCertificate From(X509Certificate2 certificate) => new(
        certificate.Subject,
        certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")?.GetSingleElementValue()
                ?? "",
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())],
        certificate.GetCertHashString(HashAlgorithmName.SHA256),
        certificate.NotAfter.ToUniversalTime());
}
