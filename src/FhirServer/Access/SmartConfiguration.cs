using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.FhirServer.Access;

/// <summary>Where apps get let in (SMART App Launch 2.2, conformance.html, <c>.well-known/smart-configuration</c>).</summary>
/// <param name="Issuer">Who issues tokens.</param>
/// <param name="TokenAddress">Where it does.</param>
public sealed record SmartConfiguration(string Issuer, string TokenAddress)
{
    private static readonly string[] Scopes =
        ["openid", "fhirUser", "launch", "launch/patient", "offline_access", "patient/*.rs", "user/*.cruds", "system/*.cruds"];

    /// <summary>Where users let apps in; empty for systems alone.</summary>
    public string AuthorizationAddress { get; init; } = "";

    public string KeysAddress { get; init; } = "";

    public string IntrospectionAddress { get; init; } = "";

    public string RevocationAddress { get; init; } = "";

    /// <summary>What the issuer can do; what this server can is added.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The document.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var hasUsers = AuthorizationAddress.Length > 0;
        var json = new JsonObject
        {
            ["issuer"] = Issuer,
            ["jwks_uri"] = Known(KeysAddress),
            ["authorization_endpoint"] = Known(AuthorizationAddress),
            ["token_endpoint"] = TokenAddress,
            ["introspection_endpoint"] = Known(IntrospectionAddress),
            ["revocation_endpoint"] = Known(RevocationAddress),
            ["grant_types_supported"] = Texts(hasUsers ? ["authorization_code", "client_credentials"] : ["client_credentials"]),
            ["scopes_supported"] = Texts(Scopes),
            ["response_types_supported"] = hasUsers ? Texts(["code"]) : null,
            ["code_challenge_methods_supported"] = Texts(["S256"]),
            ["token_endpoint_auth_methods_supported"] = Texts(["private_key_jwt", "client_secret_basic"]),
            ["token_endpoint_auth_signing_alg_values_supported"] = Texts(["RS384", "ES384"]),
            ["capabilities"] = Texts(
                Capabilities.Concat(["permission-patient", "permission-user", "permission-v1", "permission-v2"]).Distinct()),
        };
        foreach (var name in json.Where(static one => one.Value is null).Select(static one => one.Key).ToList()) json.Remove(name);
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static JsonValue? Known(string address) => address.Length > 0 ? JsonValue.Create(address) : null;

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);
}
