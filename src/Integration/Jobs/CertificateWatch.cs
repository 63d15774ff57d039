using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Jobs;

/// <summary>Says in time that a certificate of a listener must be renewed.</summary>
internal sealed class CertificateWatch(EngineSettings settings, TimeProvider clock, ILogger<CertificateWatch> logger)
{
    private static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, tls) in settings.TlsListeners()) Look(key, tls.CertificateFile);
        return Task.CompletedTask;
    }

    private void Look(string key, string file)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            var left = certificate.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime;
            if (left < Notice) Log.CertificateEnds(logger, key, certificate.NotAfter.ToUniversalTime(), Math.Max(0, (int)left.TotalDays));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Log.CertificateUnreadable(logger, e, key);
        }
    }
}
