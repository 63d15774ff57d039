using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Settings;

namespace CloudPacs.Identity;

/// <summary>Who shows a certificate (mutual TLS); that it is a valid one was seen when the connection was made.</summary>
internal sealed class CertificateCallers
{
    private readonly Dictionary<string, Caller> _thumbprints = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Caller> _subjects = new(StringComparer.Ordinal);

    public CertificateCallers(IdentitySettings settings)
    {
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

    public Identified Find(X509Certificate2 certificate) =>
        _thumbprints.TryGetValue(certificate.GetCertHashString(HashAlgorithmName.SHA256), out var caller)
            || _subjects.TryGetValue(certificate.Subject, out caller)
            ? Identified.As(caller)
            : Identified.Not("The certificate is of nobody who is known here.");
}
