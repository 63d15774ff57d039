using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Integration.Settings;

namespace CloudPacs.Integration.Hosting;

/// <summary>Reads the PEM files of a listener's TLS settings.</summary>
internal static class CertificateFiles
{
    /// <summary>The certificate with its private key.</summary>
    /// <param name="key">Settings key, for the message.</param>
    /// <exception cref="SettingsException">A file is missing, unreadable or no certificate with key.</exception>
    public static X509Certificate2 Load(TlsSettings settings, string key) => Read($"{key}:CertificateFile", settings.CertificateFile, file =>
    {
        var certificate = X509Certificate2.CreateFromPemFile(file, settings.KeyFile.Length > 0 ? settings.KeyFile : null);
        // SslStream wants the key in a form that it can use for itself.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    });

    /// <summary>The authorities between the certificate and its root, as they stand in the same file.</summary>
    public static X509Certificate2Collection LoadIntermediates(TlsSettings settings, string key) => Read($"{key}:CertificateFile", settings.CertificateFile, file =>
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
        return Read($"{key}:TrustedAuthoritiesFile", settings.TrustedAuthoritiesFile, static file =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return all;
        });
    }

    private static T Read<T>(string key, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException([new SettingsProblem(key, $"'{file}' cannot be used: {e.Message}", "Give a readable PEM file with the certificate, and its private key there or in KeyFile.")]);
        }
    }
}
