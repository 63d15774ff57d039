using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Dicom.Network;
using CloudPacs.Mllp;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Hosting;

/// <summary>Reads the PEM files of a listener's TLS settings.</summary>
internal static class CertificateFiles
{
    private const string AuthoritiesFix = "Give a readable PEM file with the authorities' certificates.";
    private const string CertificateFix = "Give a readable PEM file with the certificate.";

    /// <summary>The certificate with its private key.</summary>
    /// <param name="key">Settings key, for the message.</param>
    /// <exception cref="SettingsException">A file is missing, unreadable or no certificate, the key is another one's, or its time is
    /// over.</exception>
    public static X509Certificate2 Load(TlsSettings settings, string key, TimeProvider clock)
    {
        var text = Read($"{key}:CertificateFile", settings.CertificateFile, CertificateFix, File.ReadAllText);
        using var bare = Read(
            $"{key}:CertificateFile", settings.CertificateFile, CertificateFix, _ => X509Certificate2.CreateFromPem(text));
        var now = clock.GetUtcNow();
        if (bare.NotAfter.ToUniversalTime() < now)
            throw Problem($"{key}:CertificateFile", $"'{settings.CertificateFile}' has expired on {Day(bare.NotAfter)}.", "Renew it.");
        if (bare.NotBefore.ToUniversalTime() > now)
            throw Problem(
                $"{key}:CertificateFile", $"'{settings.CertificateFile}' is valid from {Day(bare.NotBefore)} on only.",
                "Check the clock of this machine, or give the certificate of today.");

        var keyFile = settings.KeyFile.Length > 0 ? settings.KeyFile : settings.CertificateFile;
        return Read($"{key}:KeyFile", keyFile, "Give a readable PEM file with the private key of this certificate, without a password, "
            + "here or in CertificateFile.", file =>
        {
            using var certificate = X509Certificate2.CreateFromPem(text, File.ReadAllText(file));
            // SslStream wants the key in a form that it can use for itself.
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        });
    }

    /// <summary>What a destination is reached with over MLLP; null for plain TCP.</summary>
    /// <param name="settings">Of the destination.</param>
    /// <param name="name">Name of the destination.</param>
    /// <param name="clock">For the dates of the certificate.</param>
    /// <exception cref="SettingsException">A file cannot be used.</exception>
    public static MllpClientTls? LoadMllpClient(DestinationTls? settings, string name, TimeProvider clock)
    {
        if (settings is null) return null;
        var (certificate, authorities) = LoadClient(settings, $"Outbound:Destinations:{name}:Tls", clock);
        return new MllpClientTls
        {
            ServerName = settings.ServerName.Length > 0 ? settings.ServerName : null,
            Certificate = certificate is null ? null : () => certificate,
            TrustedAuthorities = authorities.Count > 0 ? authorities : null,
        };
    }

    /// <summary>The same for a receiver of performed steps over DICOM.</summary>
    /// <inheritdoc cref="LoadMllpClient"/>
    public static DicomClientTls? LoadDicomClient(DestinationTls? settings, string key, TimeProvider clock)
    {
        if (settings is null) return null;
        var (certificate, authorities) = LoadClient(settings, key, clock);
        return new DicomClientTls
        {
            ServerName = settings.ServerName.Length > 0 ? settings.ServerName : null,
            ClientCertificate = certificate,
            TrustedAuthorities = authorities,
        };
    }

    private static (X509Certificate2? Certificate, X509Certificate2Collection Authorities) LoadClient(
        DestinationTls settings, string key, TimeProvider clock)
    {
        var files = new TlsSettings
        {
            CertificateFile = settings.CertificateFile,
            KeyFile = settings.KeyFile,
            TrustedAuthoritiesFile = settings.TrustedAuthoritiesFile,
        };
        return (settings.CertificateFile.Length > 0 ? Load(files, key, clock) : null, LoadAuthorities(files, key));
    }

    /// <summary>How those of the destinations are spoken to that have TLS, by AE title.</summary>
    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public static IReadOnlyDictionary<string, DicomClientTls> LoadDestinations(DicomSettings settings, TimeProvider clock) =>
        settings.Destinations.Where(static one => one.Value.Tls is not null).ToDictionary(
            static one => one.Key, one => LoadDicomClient(one.Value.Tls, $"Dicom:Destinations:{one.Key}:Tls", clock)!);

    /// <summary>The authorities between the certificate and its root, as they stand in the same file.</summary>
    public static X509Certificate2Collection LoadIntermediates(TlsSettings settings, string key) =>
        Read($"{key}:CertificateFile", settings.CertificateFile, CertificateFix, file =>
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        if (all.Count > 0) all.RemoveAt(0);
        return all;
    });

    /// <summary>The authorities that client certificates must come from; empty when none are named.</summary>
    public static X509Certificate2Collection LoadAuthorities(TlsSettings settings, string key)
    {
        if (settings.TrustedAuthoritiesFile.Length == 0) return [];
        var authorities = Read($"{key}:TrustedAuthoritiesFile", settings.TrustedAuthoritiesFile, AuthoritiesFix, static file =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return all;
        });
        // Without any, every authority that the machine knows would be trusted.
        return authorities.Count > 0
            ? authorities
            : throw Problem($"{key}:TrustedAuthoritiesFile", $"'{settings.TrustedAuthoritiesFile}' holds no certificate.", AuthoritiesFix);
    }

    private static T Read<T>(string key, string file, string fix, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Problem(key, $"'{file}' cannot be used: {e.Message}", fix);
        }
    }

    private static SettingsException Problem(string key, string text, string fix) => new([new SettingsProblem(key, text, fix)]);

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
