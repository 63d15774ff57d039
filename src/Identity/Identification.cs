using CloudPacs.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Identity;

/// <summary>
/// Finds out who a request comes from: by a bearer token (RFC 6750) of a known issuer, an API key, the key of this machine, or the
/// certificate of the connection. What is shown and wrong is a fault, also beside something that is right.
/// </summary>
public sealed class Identification : IAsyncDisposable
{
    private const string Bearer = "Bearer ";

    private readonly TokenCallers _tokens;
    private readonly CertificateCallers _certificates;
    private readonly LocalKey? _local;

    /// <param name="settings">Who is known.</param>
    /// <param name="keys">Keys that were made.</param>
    /// <param name="data">The data folder, for the key of this machine.</param>
    /// <param name="clock">Time.</param>
    /// <param name="logger">Told when the keys of an issuer cannot be had.</param>
    public Identification(IdentitySettings settings, ApiKeys keys, string data, TimeProvider clock, ILogger<Identification> logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (IsOn, Keys) = (settings.AsksCallers(), keys);
        _tokens = new TokenCallers(settings, clock, logger);
        _certificates = new CertificateCallers(settings, clock);
        _local = IsOn ? LocalKey.Write(data) : null;
    }

    /// <summary>Everybody has to say who they are; else the port is for this machine alone.</summary>
    public bool IsOn { get; }

    /// <summary>Makes and revokes API keys.</summary>
    public ApiKeys Keys { get; }

    /// <summary>Ends when the keys of all issuers were asked for once.</summary>
    public Task First => _tokens.First;

    internal async Task<Identified> FindAsync(HttpContext http)
    {
        if (!IsOn) return Identified.As(Caller.Local);
        var shown = http.Request.Headers.Authorization;
        if (shown.Count > 1) return Identified.Not("There are two Authorization headers.");
        if (shown is [{ Length: > 0 } header])
        {
            if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                return Identified.Not("Bearer tokens and API keys are taken.");
            var token = header[Bearer.Length..].Trim();
            if (token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal)) return await Keys.FindAsync(token, http.RequestAborted);
            if (token.StartsWith(LocalKey.Prefix, StringComparison.Ordinal))
                return _local!.Is(token) ? Identified.As(Caller.Local) : Identified.Not("The key of this machine is another one by now.");
            return await _tokens.FindAsync(token);
        }

        return http.Connection.ClientCertificate is { } certificate ? _certificates.Find(certificate) : Identified.Not(null);
    }

    public ValueTask DisposeAsync()
    {
        Keys.Dispose();
        return _tokens.DisposeAsync();
    }
}
