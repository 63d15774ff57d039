using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPacs.EndToEnd.Tests.Engines;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>An issuer of tokens with a key of its own, which an engine knows by a file.</summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string Name = "https://login.hospital.test", Audience = "https://pacs.hospital.test/fhir";

    private readonly ScratchFolder _files = new();
    private readonly RSA _key = RSA.Create(2048);

    public TokenIssuer() => File.WriteAllText(KeysFile, Jwks());

    /// <summary>The file with its public key.</summary>
    public string KeysFile => _files["keys.json"];

    /// <summary>Settings of an engine that takes its tokens.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("IDENTITY__ISSUERS__HOSPITAL__ISSUER", Name), ("IDENTITY__ISSUERS__HOSPITAL__AUDIENCES__0", Audience),
        ("IDENTITY__ISSUERS__HOSPITAL__KEYSFILE", KeysFile), ("IDENTITY__ISSUERS__HOSPITAL__ROLES__pacs-admins", "administrator"),
        .. new[] { "viewer", "operator", "privacy-officer", "system" }.Select(static role => ($"IDENTITY__ISSUERS__HOSPITAL__ROLES__{role}", role)),
        ("IDENTITY__ISSUERS__HOSPITAL__ROLES__administrator", "administrator"),
        ("IDENTITY__ISSUERS__HOSPITAL__TOKENADDRESS", Name + "/token"), ("IDENTITY__ISSUERS__HOSPITAL__AUTHORIZATIONADDRESS", Name + "/authorize"),
        ("IDENTITY__ISSUERS__HOSPITAL__CAPABILITIES__0", "launch-standalone"),
    ];

    /// <summary>A token that is good, but for what is changed.</summary>
    public string Token(string? scope = null, string? role = null, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Name, Audience = Audience, NotBefore = now.AddMinutes(-1), IssuedAt = now, Expires = now.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "one" }, SecurityAlgorithms.RsaSha384),
            Claims = new Dictionary<string, object> { ["sub"] = "asha" },
        };
        if (scope is not null) token.Claims["scope"] = scope;
        if (role is not null) token.Claims["roles"] = new[] { role };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>Tokens that must not be taken, by what is wrong with them.</summary>
    public IEnumerable<(string Fault, string Token)> BadTokens()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        yield return ("nonsense", "nonsense");
        yield return ("not JSON", "a.b.c");
        yield return ("another audience", Token(role: "administrator", change: static token => token.Audience = "https://elsewhere.test"));
        yield return ("no audience", Token(role: "administrator", change: static token => token.Audience = null));
        yield return ("another issuer", Token(role: "administrator", change: static token => token.Issuer = "https://elsewhere.test"));
        yield return ("expired", Token(role: "administrator", change: token => (token.NotBefore, token.Expires) = (now.AddHours(-2), now.AddHours(-1))));
        yield return ("not yet", Token(role: "administrator", change: token => (token.NotBefore, token.Expires) = (now.AddHours(1), now.AddHours(2))));
        yield return ("for ever", Token(role: "administrator", change: static token => token.Expires = null));
        yield return ("alg none", Unsigned());
        yield return ("key confusion", Confused());
        using var other = RSA.Create(2048);
        yield return ("another key of that name", Token(role: "administrator", change: token =>
            token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "one" }, SecurityAlgorithms.RsaSha384)));
        yield return ("a key that is not there", Token(role: "administrator", change: token =>
            token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "two" }, SecurityAlgorithms.RsaSha384)));
        var good = Token(role: "viewer");
        var parts = good.Split('.');
        yield return ("another content", $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("viewer", "system", StringComparison.Ordinal))}.{parts[2]}");
        yield return ("cut", good[..^10]);
    }

    public void Dispose()
    {
        _key.Dispose();
        _files.Dispose();
    }

    private string Unsigned() => Token(role: "administrator", change: static token => token.SigningCredentials = null);

    /// <summary>Signed with the public key as if that were a secret (RFC 8725 2.1).</summary>
    private string Confused() => Token(role: "administrator", change: token => token.SigningCredentials = new SigningCredentials(
        new SymmetricSecurityKey(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem())) { KeyId = "one" }, SecurityAlgorithms.HmacSha256));

    private string Jwks()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.ExportParameters(false)) { KeyId = "one" });
        // A shared key in the list is passed over.
        return JsonSerializer.Serialize(new { keys = new object[] { new { kty = "oct", kid = "secret", k = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U" }, new { kty = "RSA", kid = "one", use = "sig", n = key.N, e = key.E } } });
    }
}
