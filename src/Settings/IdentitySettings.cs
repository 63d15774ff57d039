namespace CloudPacs.Settings;

/// <summary>Who may come over HTTP, and what for. Without any of it the port is for this machine alone, and everybody on it.</summary>
public sealed class IdentitySettings
{
    /// <summary>Who issues tokens (RFC 7519) that are taken, by a name of your own.</summary>
    public Dictionary<string, IssuerSettings> Issuers { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Systems that are known by a certificate of their own (mutual TLS), by a name of your own.</summary>
    public Dictionary<string, CertificateCallerSettings> Certificates { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Ask everybody who they are, also where API keys are all that is used.</summary>
    public bool Required { get; set; }

    /// <summary>Everybody has to say who they are.</summary>
    public bool AsksCallers() => Required || Issuers.Count > 0 || Certificates.Count > 0;
}

/// <summary>An issuer of tokens (OpenID Connect provider, authorization server).</summary>
public sealed class IssuerSettings
{
    /// <summary>Its name in the claim <c>iss</c>.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What its tokens say in <c>aud</c> when they are for this engine; one of them.</summary>
    public List<string> Audiences { get; set; } = [];

    /// <summary>Address of its keys (JWKS, RFC 7517); empty for <see cref="KeysFile"/>.</summary>
    public string KeysAddress { get; set; } = "";

    /// <summary>A file with its keys instead.</summary>
    public string KeysFile { get; set; } = "";

    /// <summary>
    /// Where apps ask users to let them in (OAuth 2.0 authorization endpoint), and get their tokens; told to apps by SMART discovery.
    /// Empty: apps are told nothing of this issuer.
    /// </summary>
    public string AuthorizationAddress { get; set; } = "";

    public string TokenAddress { get; set; } = "";

    /// <summary>Where tokens are asked after (RFC 7662), and given back (RFC 7009); empty for none.</summary>
    public string IntrospectionAddress { get; set; } = "";

    public string RevocationAddress { get; set; } = "";

    /// <summary>What it can do, in the words of SMART App Launch 2.2 (conformance.html).</summary>
    public List<string> Capabilities { get; set; } = [];

    /// <summary>How often the keys are looked for anew.</summary>
    public TimeSpan KeysEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Algorithms of signatures that are taken (RFC 7518 3.1): of public keys only.</summary>
    public List<string> Algorithms { get; set; } = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>The claim that names roles or groups.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>
    /// Which role each of their names is: viewer, operator, administrator, privacy-officer, system; no other name is one. Empty: these
    /// names themselves.
    /// </summary>
    public Dictionary<string, string> Roles { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The claim with the facility of a caller: one without it is of none. Empty: its callers see all facilities.</summary>
    public string FacilityClaim { get; set; } = "";

    /// <summary>How far its clock may be off.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>A system that is known by its certificate.</summary>
public sealed class CertificateCallerSettings
{
    /// <summary>SHA-256 of the certificate in hexadecimal digits; empty for <see cref="Subject"/>.</summary>
    public string Thumbprint { get; set; } = "";

    /// <summary>Its whole subject, such as <c>CN=ris.hospital.test, O=Hospital</c>, of a certificate of the trusted authorities.</summary>
    public string Subject { get; set; } = "";

    /// <summary>What it may do: viewer, operator, administrator, privacy-officer, system.</summary>
    public List<string> Roles { get; set; } = [];

    /// <summary>Its facility; empty: it sees all.</summary>
    public string Facility { get; set; } = "";
}
