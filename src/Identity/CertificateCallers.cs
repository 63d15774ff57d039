using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Settings;

namespace CloudPacs.Identity;

/// <summary>Who shows a certificate (mutual TLS); that it is a valid one was seen when the connection was made.</summary>
internal sealed class CertificateCallers
{
    private readonly Dictionary<string, Caller> _thumbprints = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Caller> _subjects = new(StringComparer.Ordinal);

    private readonly TimeProvider _clock;

    public CertificateCallers(IdentitySettings settings, TimeProvider clock)
    {
        _clock = clock;
        foreach (var (name, one) in settings.Certificates)
        {
            var caller = new Caller
            {
                Name = "certificate:" + name,
                Roles = one.Roles.Aggregate(Roles.None, static (roles, role) => roles | RoleNames.Find(role)),
                Facility = one.Facility.Length > 0 ? one.Facility : null,
            };
            if (one.Thumbprint.Length > 0) _thumbprints[one.Thumbprint] = caller;
            else _subjects[one.Subject] = caller;
        }
    }

    /// <summary>A connection may outlive the certificate that it was made with.</summary>
    public Identified Find(X509Certificate2 certificate) =>
        certificate.NotAfter.ToUniversalTime() < _clock.GetUtcNow() ? Identified.Not("The certificate has expired.")
        : _thumbprints.TryGetValue(certificate.GetCertHashString(HashAlgorithmName.SHA256), out var caller)
            || _subjects.TryGetValue(certificate.Subject, out caller)
        ? Identified.As(caller)
        : Identified.Not("The certificate is of nobody who is known here.");
}
