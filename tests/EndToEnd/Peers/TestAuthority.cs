using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.EndToEnd.Tests.Engines;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A certificate authority of a hospital, with the certificates that it issues as PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ScratchFolder _files = new();

    /// <param name="names">What certificates are issued to; <c>stranger</c> has one of another authority.</param>
    public TestAuthority(params IEnumerable<string> names)
    {
        _files.Write("authority.pem", Certificate.ExportCertificatePem());
        foreach (var name in names) Write(name, Certificate);
        using var other = Issue("CN=Other CA", null);
        Write("stranger", other);
    }

    public X509Certificate2 Certificate { get; } = Issue("CN=Hospital CA", null);

    /// <summary>One of the files: <c>authority.pem</c>, <c>NAME.pem</c>, <c>NAME.key</c>.</summary>
    public string this[string file] => _files[file];

    /// <summary>Settings of the engine for what it presents and whom it trusts as a client.</summary>
    public (string Name, string Value)[] ClientSettings(string key, string serverName, string certificate = "engine") =>
    [
        (key + "__TLS__SERVERNAME", serverName), (key + "__TLS__TRUSTEDAUTHORITIESFILE", this["authority.pem"]),
        (key + "__TLS__CERTIFICATEFILE", this[certificate + ".pem"]), (key + "__TLS__KEYFILE", this[certificate + ".key"]),
    ];

    /// <summary>Settings of the engine for its TLS port.</summary>
    public (string Name, string Value)[] ServerSettings(int port, string clientCertificate) =>
    [
        ("DICOM__TLSPORT", $"{port}"), ("DICOM__TLS__CERTIFICATEFILE", this["engine.pem"]), ("DICOM__TLS__KEYFILE", this["engine.key"]),
        ("DICOM__TLS__CLIENTCERTIFICATE", clientCertificate), ("DICOM__TLS__TRUSTEDAUTHORITIESFILE", this["authority.pem"]),
    ];

    /// <summary>Options of a program of DCMTK that shows a certificate; <c>-</c> for one that has none.</summary>
    public string[] DcmtkOptions(string name) =>
        [.. name == "-" ? (string[])["+tla"] : ["+tls", this[name + ".key"], this[name + ".pem"]], "+cf", this["authority.pem"]];

    public void Dispose()
    {
        Certificate.Dispose();
        _files.Dispose();
    }

    private void Write(string name, X509Certificate2 issuer)
    {
        using var certificate = Issue($"CN={name}", issuer);
        _files.Write($"{name}.pem", certificate.ExportCertificatePem());
        _files.Write($"{name}.key", certificate.GetRSAPrivateKey()!.ExportRSAPrivateKeyPem());
    }

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (issuer is null)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        }

        using var issued = request.Create(issuer, now.AddDays(-1), now.AddDays(5), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
