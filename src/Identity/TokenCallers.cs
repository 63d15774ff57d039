using System.Security.Claims;
using System.Text.RegularExpressions;
using CloudPacs.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudPacs.Identity;

/// <summary>Who bears a token (JWT access token, RFC 7519 and RFC 9068) of a configured issuer.</summary>
internal sealed partial class TokenCallers : IAsyncDisposable
{
    private const int LongestToken = 16 * 1024;
    private static readonly string[] OfResources = ["patient/", "user/", "system/"];
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };
    private readonly Dictionary<string, Issuer> _issuers;
    private readonly CallerCache _known;

    public TokenCallers(IdentitySettings settings, TimeProvider clock, ILogger logger)
    {
        _known = new CallerCache(Remembered, clock);
        _issuers = settings.Issuers.ToDictionary(
            static one => one.Value.Issuer, one => new Issuer(one.Key, one.Value, clock, logger), StringComparer.Ordinal);
    }

    /// <summary>Ends when the keys of all issuers were asked for once.</summary>
    public Task First => Task.WhenAll(_issuers.Values.Select(static issuer => issuer.Keys.First));

    public async Task<Identified> FindAsync(string token)
    {
        if (_known.Find(token) is { } known) return Identified.As(known);
        if (token.Length > LongestToken || !_tokens.CanReadToken(token)) return Identified.Not("The token is no JSON Web Token.");
        string name;
        try
        {
            name = new JsonWebToken(token).Issuer;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenMalformedException)
        {
            return Identified.Not("The token cannot be read.");
        }

        if (!_issuers.TryGetValue(name, out var issuer)) return Identified.Not("The issuer of the token is not known here.");
        var result = await _tokens.ValidateTokenAsync(token, issuer.Rules).ConfigureAwait(false);
        if (!result.IsValid) return Identified.Not(Words(result.Exception, issuer.Keys));
        var read = (JsonWebToken)result.SecurityToken;
        // It is good for who has the key that it names, which a bearer does not show (RFC 7800).
        if (read.TryGetClaim("cnf", out _)) return Identified.Not("The token is bound to a key, and was sent as that of a bearer.");
        var caller = issuer.CallerOf(read);
        _known.Keep(token, caller, _known.Turn);
        return Identified.As(caller);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var issuer in _issuers.Values) await issuer.Keys.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A logical id (FHIR R4 datatypes.html, id).</summary>
    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    private static string Words(Exception? fault, IssuerKeys keys)
    {
        if (fault is SecurityTokenSignatureKeyNotFoundException) keys.Miss();
        return fault switch
        {
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenNotYetValidException => "The token is not valid yet.",
            SecurityTokenNoExpirationException => "The token never expires, which is not taken.",
            SecurityTokenInvalidAudienceException => "The token is for another audience.",
            SecurityTokenInvalidTypeException => "The token is no access token.",
            SecurityTokenInvalidAlgorithmException => "The token is signed by an algorithm that is not taken.",
            SecurityTokenSignatureKeyNotFoundException => "The token is signed by a key that its issuer does not have.",
            _ => "The signature of the token is wrong.",
        };
    }

    /// <summary>An issuer with its keys, and how its tokens are judged.</summary>
    private sealed class Issuer
    {
        private readonly IssuerSettings _settings;

        public Issuer(string name, IssuerSettings settings, TimeProvider clock, ILogger logger)
        {
            _settings = settings;
            Keys = new IssuerKeys(name, settings, clock, logger);
            Rules = new TokenValidationParameters
            {
                ValidIssuer = settings.Issuer,
                ValidAudiences = settings.Audiences,
                ValidAlgorithms = settings.Algorithms,
                ValidTypes = ["JWT", "at+jwt", "application/at+jwt"],
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ClockSkew = settings.ClockSkew,
                // Of keys with a name the right one alone is tried.
                IssuerSigningKeyResolver = (_, _, id, _) =>
                    string.IsNullOrEmpty(id) ? Keys.Current : Keys.Current.Where(key => key.KeyId == id),
                TryAllIssuerSigningKeys = false,
                LifetimeValidator = (from, until, _, rules) => IsNow(from, until, rules.ClockSkew, clock),
            };
        }

        public IssuerKeys Keys { get; }

        public TokenValidationParameters Rules { get; }

        public Caller CallerOf(JsonWebToken token)
        {
            var subject = Text(token, "sub") ?? Text(token, "client_id") ?? "nobody";
            return new Caller
            {
                Name = $"{Keys.Name}:{Plain(subject)}",
                Roles = Texts(token, _settings.RolesClaim).Aggregate(Roles.None, (roles, name) => roles | RoleNames.Find(RoleOf(name))),
                Facility = _settings.FacilityClaim.Length == 0 ? null : Text(token, _settings.FacilityClaim) ?? "",
                Scopes = ScopesOf(token),
                Patient = Text(token, "patient") is { } patient && Id().IsMatch(patient) ? patient : null,
                Until = new DateTimeOffset(token.ValidTo, TimeSpan.Zero),
            };
        }

        /// <summary>By the clock of the engine (RFC 7519 4.1.4 and 4.1.5).</summary>
        private static bool IsNow(DateTime? from, DateTime? until, TimeSpan skew, TimeProvider clock)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (until is null) throw new SecurityTokenNoExpirationException();
            if (from > now + skew) throw new SecurityTokenNotYetValidException();
            return until > now - skew ? true : throw new SecurityTokenExpiredException();
        }

        /// <summary>Where groups are named, no other name is a role.</summary>
        private string RoleOf(string name) => _settings.Roles.Count == 0 ? name : _settings.Roles.GetValueOrDefault(name, "");

        /// <summary>
        /// Those about resources. A token that came of a launch has what was granted, which may be nothing; one that knows nothing of SMART
        /// counts by its roles.
        /// </summary>
        private static List<string>? ScopesOf(JsonWebToken token)
        {
            List<string> all = [.. Texts(token, "scope").Concat(Texts(token, "scp")).SelectMany(static text => text.Split(' '))];
            List<string> scopes =
                [.. all.Where(static scope => Array.Exists(OfResources, prefix => scope.StartsWith(prefix, StringComparison.Ordinal)))];
            var isLaunched = token.TryGetClaim("patient", out _) || all.Contains("fhirUser")
                || all.Exists(static scope => scope == "launch" || scope.StartsWith("launch/", StringComparison.Ordinal));
            return scopes.Count > 0 || isLaunched ? scopes : null;
        }

        /// <summary>A name is one line, also in a log.</summary>
        private static string Plain(string text) =>
            string.Concat(text.Select(static one => char.IsControl(one) || char.IsSurrogate(one) ? '_' : one));

        private static string? Text(JsonWebToken token, string claim) =>
            Texts(token, claim).FirstOrDefault() is { Length: > 0 and <= 256 } text ? text : null;

        private static IEnumerable<string> Texts(JsonWebToken token, string claim) => token.Claims
            .Where(one => one.Type == claim && one.ValueType is ClaimValueTypes.String or "http://www.w3.org/2001/XMLSchema#string")
            .Select(static one => one.Value);
    }
}
