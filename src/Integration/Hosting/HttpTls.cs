using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// TLS of the HTTP port, version 1.2 or 1.3. A certificate that is renewed is taken up within some seconds without a restart; files that
/// cannot be used are told once, and what was there before goes on.
/// </summary>
internal sealed class HttpTls(TlsSettings settings, TimeProvider clock, ILogger<HttpTls> logger)
{
    private const string Key = "Http:Tls";

    /// <summary>id-kp-clientAuth (RFC 5280 4.2.1.12).</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _turn = new();
    private Loaded? _loaded;
    private DateTime _readOf;
    private DateTimeOffset _lookAgain;

    /// <exception cref="SettingsException">A file cannot be used.</exception>
    public TlsHandshakeCallbackOptions Begin()
    {
        (_readOf, _loaded) = (LastChange(), Load());
        return new TlsHandshakeCallbackOptions { OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(OptionsOf(Current())) };
    }

    private SslServerAuthenticationOptions OptionsOf(Loaded loaded) => new()
    {
        ServerCertificateContext = loaded.Certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = settings.ClientCertificate != "none",
        CertificateChainPolicy = PolicyOf(loaded.Authorities),
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => Admits(certificate, errors, loaded.Authorities),
    };

    /// <summary>
    /// A caller without a certificate may say otherwise who it is, unless one is required. With authorities one of them must have issued
    /// it; without them it is known by its hash alone (the callers of the settings), and must be in its time.
    /// </summary>
    private bool Admits(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is null) return settings.ClientCertificate != "required";
        if (authorities.Count > 0) return errors == SslPolicyErrors.None;
        var now = clock.GetUtcNow();
        return certificate is X509Certificate2 known && known.NotBefore.ToUniversalTime() <= now && now <= known.NotAfter.ToUniversalTime();
    }

    /// <summary>Nothing is fetched for a certificate of somebody who is not known yet.</summary>
    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true, TrustMode = X509ChainTrustMode.CustomRootTrust,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private Loaded Current()
    {
        lock (_turn)
        {
            var now = clock.GetUtcNow();
            if (now < _lookAgain) return _loaded!;
            _lookAgain = now + LookEvery;
            if (LastChange() is var changed && changed != _readOf)
            {
                _readOf = changed;
                try
                {
                    _loaded = Load();
                    Log.CertificateTaken(logger, Key);
                }
                catch (SettingsException e)
                {
                    Log.CertificateLeft(logger, e, Key);
                }
            }

            return _loaded!;
        }
    }

    private Loaded Load() => new(
        SslStreamCertificateContext.Create(
            CertificateFiles.Load(settings, Key, clock), CertificateFiles.LoadIntermediates(settings, Key), offline: true),
        CertificateFiles.LoadAuthorities(settings, Key));

    /// <summary>When one of the files was written last; a file that is not there has a time of its own.</summary>
    private DateTime LastChange() => new[] { settings.CertificateFile, settings.KeyFile, settings.TrustedAuthoritiesFile }
        .Where(static file => file.Length > 0).Max(File.GetLastWriteTimeUtc);

    private sealed record Loaded(SslStreamCertificateContext Certificate, X509Certificate2Collection Authorities);
}
